import { Checkbox } from '@mantine/core';
import { text } from '~/text/en';
import css from './PermissionPicker.module.css';

interface PickerProps {
  /** Every permission that is offered, as `module.action`. */
  offered: readonly string[];
  chosen: readonly string[];
  onChange?: (chosen: string[]) => void;
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

/** Permissions by module, to read or to choose. */
export function PermissionPicker({ offered, chosen, onChange, may }: PickerProps) {
  const groups = [...new Set(offered.map((one) => one.split('.')[0] ?? one))];
  return (
    <div className={css.groups}>
      {groups.map((module) => (
        <fieldset key={module} className={css.group}>
          <legend>{modules[module] ?? module}</legend>
          <div>
            {offered
              .filter((one) => one.split('.')[0] === module)
              .map((one) => (
                <Checkbox
                  key={one}
                  size="xs"
                  label={permissionWords(one)}
                  title={one}
                  checked={covers(chosen, one)}
                  disabled={!onChange || (may !== undefined && !may(one))}
                  onChange={(event) => onChange?.(toggled(offered, chosen, one, event.currentTarget.checked))}
                />
              ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
