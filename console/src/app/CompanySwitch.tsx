import { useMutation, useQuery } from '@tanstack/react-query';
import { send } from '~/api/client';
import { sessionQuery, useMe } from '~/api/session';
import { text } from '~/text/en';
import css from './VentureSwitch.module.css';

/** The company one works in; who belongs to several goes from one to another, and everything on the screen with them. */
export function CompanySwitch() {
  const me = useMe();
  const session = useQuery({ ...sessionQuery, enabled: !!me?.person, retry: false });
  const change = useMutation({ mutationFn: (tenant: string) => send('POST', '/api/v1/session/tenant', { tenant }), onSuccess: () => window.location.assign('/') });
  const companies = session.data?.tenants ?? [];
  if (!me || companies.length < 2) return null;
  return (
    <select className={css.select} aria-label={text.frame.company} value={change.isPending ? change.variables : me.tenant} disabled={change.isPending} onChange={(event) => change.mutate(event.target.value)}>
      {companies.map((company) => (
        <option key={company.slug} value={company.slug}>
          {company.name}
        </option>
      ))}
    </select>
  );
}
