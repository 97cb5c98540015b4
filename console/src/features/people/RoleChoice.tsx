import { Checkbox } from '@mantine/core';
import { usePlaces } from '~/api/session';
import { text } from '~/text/en';
import css from './People.module.css';
import { narrowed, narrowingOf, placesOf, withRole, type Grant, type Narrowing, type Role } from './queries';

interface Place {
  code: string;
  name: string;
}

interface RoleChoiceProps {
  roles: readonly Role[];
  grants: readonly Grant[];
  onChange: (grants: Grant[]) => void;
}

/** Roles to give or take, each for everything or narrowed to ventures, sites or customers. */
export function RoleChoice({ roles, grants, onChange }: RoleChoiceProps) {
  const { ventures, sites } = usePlaces();
  return (
    <fieldset className={css.roles}>
      <legend>{text.people.roles}</legend>
      {roles.map((role) => {
        const held = grants.filter((grant) => grant.role === role.code);
        const [only] = held;
        return (
          <div key={role.code} className={css.role}>
            <Checkbox size="xs" label={role.name} checked={held.length > 0} onChange={(event) => onChange(give(grants, role, event.currentTarget.checked))} />
            {held.length > 1 ? (
              <span className="quiet">{text.people.in(held.map(placesOf).join('; '))}</span>
            ) : only ? (
              <Where role={role} grant={only} ventures={ventures} sites={sites} onChange={(to, which) => onChange(narrowed(grants, role.code, to, which))} />
            ) : null}
          </div>
        );
      })}
    </fieldset>
  );
}

/** A role that shows customers their own records is given for named ones from the start. */
function give(grants: readonly Grant[], role: Role, on: boolean): Grant[] {
  const given = withRole(grants, role.code, on);
  return on && role.ownRecords ? narrowed(given, role.code, 'customers', []) : given;
}

interface WhereProps {
  role: Role;
  grant: Grant;
  ventures: readonly Place[];
  sites: readonly Place[];
  onChange: (to: Narrowing, which: readonly string[]) => void;
}

function Where({ role, grant, ventures, sites, onChange }: WhereProps) {
  const to = narrowingOf(grant);
  if (role.ownRecords || to === 'customers') return <Customers role={role} customers={grant.customers ?? []} onChange={(which) => onChange('customers', which)} />;
  const offered = (['all', 'ventures', 'sites'] as const).filter((one) => one === 'all' || one === to || (one === 'ventures' ? ventures : sites).length > 1);
  if (offered.length === 1) return null;
  const places = to === 'ventures' ? ventures : sites;
  const chosen = (to === 'ventures' ? grant.ventures : grant.sites) ?? [];
  return (
    <>
      <select className={css.where} aria-label={text.people.where(role.name)} value={to} onChange={(event) => onChange(event.target.value as Narrowing, [])}>
        {offered.map((one) => (
          <option key={one} value={one}>
            {text.people.narrowing[one]}
          </option>
        ))}
      </select>
      {to === 'all' ? null : (
        <div className={css.places} role="group" aria-label={text.people.where(role.name)}>
          {places.map((place) => (
            <Checkbox key={place.code} size="xs" label={place.name} checked={chosen.includes(place.code)} onChange={(event) => onChange(to, event.currentTarget.checked ? [...chosen, place.code] : chosen.filter((code) => code !== place.code))} />
          ))}
        </div>
      )}
    </>
  );
}

function Customers({ role, customers, onChange }: { role: Role; customers: readonly string[]; onChange: (customers: string[]) => void }) {
  return <input className={css.customers} aria-label={text.people.customersOf(role.name)} placeholder={text.people.customersNote} defaultValue={customers.join(', ')} onChange={(event) => onChange(event.target.value.split(/[\s,;]+/).filter(Boolean))} />;
}
