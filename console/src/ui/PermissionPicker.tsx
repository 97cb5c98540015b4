import { Checkbox } from '@mantine/core';
import { text } from '~/text/en';
import { Icon } from './Icon';
import css from './PermissionPicker.module.css';

interface PickerProps {
  /** Every permission that is offered, as `module.action`. */
  offered: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** Whether one may be put in; what one does not hold cannot be given. */
  may?: (permission: string) => boolean;
}

const known: Record<string, string> = text.permissions.names;
const modules: Record<string, string> = text.permissions.modules;

/** What a permission lets one do, in words; one that has none yet shows its code. */
export const permissionWords = (permission: string) => known[permission] ?? permission;

/** Whether what was chosen covers a permission: `*` is all, `orders.*` is a module's. */
export function covers(chosen: readonly string[], permission: string): boolean {
  return chosen.some((one) => one === '*' || one === permission || (one.endsWith('.*') && permission.startsWith(one.slice(0, -1))));
}

/** The choice with one permission put in or taken out; a star it breaks is spelt out first. */
export function toggled(offered: readonly string[], chosen: readonly string[], permission: string, on: boolean): string[] {
  if (on) return [...chosen, permission];
  const spelt = chosen.flatMap((one) => (one.endsWith('*') && covers([one], permission) ? offered.filter((other) => covers([one], other)) : [one]));
  return [...new Set(spelt)].filter((one) => one !== permission);
}

/** Permissions by module: what is held, as a list. */
export function PermissionList({ offered, chosen }: Pick<PickerProps, 'offered' | 'chosen'>) {
  const held = offered.filter((one) => covers(chosen, one));
  return (
    <div className={css.groups}>
      {modulesOf(held).map((module) => (
        <section key={module} className={css.group}>
          <h3>{modules[module] ?? module}</h3>
          <ul>
            {held.filter((one) => one.startsWith(`${module}.`)).map((one) => (
              <li key={one} title={one}>
                <Icon name="check" size={14} />
                {permissionWords(one)}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const modulesOf = (permissions: readonly string[]) => [...new Set(permissions.map((one) => one.split('.')[0] ?? one))];

/** Permissions by module, to choose. */
export function PermissionPicker({ offered, chosen, onChange, may }: PickerProps) {
  return (
    <div className={css.groups}>
      {modulesOf(offered).map((module) => (
        <fieldset key={module} className={css.group}>
          <legend>{modules[module] ?? module}</legend>
          <div>
            {offered
              .filter((one) => one.startsWith(`${module}.`))
              .map((one) => (
                <Checkbox
                  key={one}
                  size="xs"
                  label={permissionWords(one)}
                  title={one}
                  checked={covers(chosen, one)}
                  disabled={may !== undefined && !may(one)}
                  onChange={(event) => onChange(toggled(offered, chosen, one, event.currentTarget.checked))}
                />
              ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
