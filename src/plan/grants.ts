import type { Grants } from '../core/attached';
import type { Statement } from '../core/plan';
import { literal, relationName, type Relation } from '../core/relation';
import { doBlock } from './doBlock';

/**
 * Gives `relation` exactly these grants, beside what its owner may do: others are revoked, missing ones granted, and what is right stays untouched, so that
 * nothing is written in the catalog without need. It belongs into the transaction that holds the relation's lock: no two runs then change its privileges at a time.
 */
export function granted(relation: Relation, { roles, at }: Grants): Statement {
  const name = literal(relationName(relation));
  const wanted = Object.entries(roles).flatMap(([privilege, names]) =>
    names.map((role) => `(${literal(privilege.toUpperCase())}, ${literal(isPublic(role) ? 'public' : role)})`),
  );
  const body = `
declare
  change record;
begin
  for change in
    with wanted (privilege, role) as (${wanted.length === 0 ? "select '', '' where false" : `values ${wanted.join(', ')}`}),
    had as (
      select a.privilege_type::text as privilege, case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end as role
      from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a where c.oid = to_regclass(${name})
    )
    select 'revoke' as verb, lost.*, 'from' as side from (table had except table wanted) lost
    where role <> (select pg_get_userbyid(c.relowner)::text from pg_class c where c.oid = to_regclass(${name}))
    union all
    select 'grant', missing.*, 'to' from (table wanted except table had) missing
  loop
    execute format('%s %s on %s %s %s', change.verb, change.privilege, ${name}, change.side,
      case change.role when 'public' then change.role else quote_ident(change.role) end);
  end loop;
end
`;
  return { sql: doBlock(body), at };
}

/** Everybody, and no role. */
const isPublic = (role: string): boolean => role.toLowerCase() === 'public';
