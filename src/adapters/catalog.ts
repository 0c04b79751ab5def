import type { Catalog, CatalogEntry, QueryResult, Row } from '../core/ports';
import { literal, relationKey } from '../core/relation';

const kinds: Readonly<Record<string, CatalogEntry['kind']>> = { r: 'table', v: 'view', m: 'materialized_view' };

/**
 * One query for everything in `schemas` that shares the name space of tables. Indexes and TOAST tables are left out: nobody builds a model over
 * them. What a view shows is a rule too, called `_RETURN`: that is how dependents are found, and not an attachment. A comment on that rule of a
 * materialized view says what etlx made it of.
 */
export function catalogQuery(schemas: readonly string[]): string {
  return `select n.nspname as schema, c.relname as name, c.relkind::text as kind, (
    select json_agg(distinct array[vn.nspname, v.relname]::text[])
    from pg_catalog.pg_depend d
    join pg_catalog.pg_rewrite r on r.oid = d.objid and r.ev_class <> c.oid
    join pg_catalog.pg_class v on v.oid = r.ev_class
    join pg_catalog.pg_namespace vn on vn.oid = v.relnamespace
    where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid
  ) as dependents, (
    c.relowner <> current_user::regrole or c.relrowsecurity or c.relhastriggers
    or exists (select from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN')
    or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attacl is not null)
    or exists (select from pg_catalog.pg_publication_rel p where p.prrelid = c.oid)
  ) as has_attachments, c.relacl is not null as has_grants, (
    select json_agg(json_build_object('column', a.attname, 'text', s.description) order by s.objsubid)
    from pg_catalog.pg_description s left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = s.objsubid and s.objsubid > 0
    where s.classoid = 'pg_catalog.pg_class'::regclass and s.objoid = c.oid
  ) as comments, case c.relkind when 'm' then (
    select substr(pg_catalog.obj_description(r.oid, 'pg_rewrite'), 6)
    from pg_catalog.pg_rewrite r where r.ev_class = c.oid and pg_catalog.obj_description(r.oid, 'pg_rewrite') like 'etlx:%'
  ) end as definition, c.relkind = 'm' and c.relispopulated and exists (
    select from pg_catalog.pg_index i
    where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
  ) as refreshes_concurrently
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in (${schemas.map(literal).join(', ')}) and c.relkind not in ('i', 'I', 't')`;
}

/** The answer to `catalogQuery` as a Catalog. */
export function catalogOf(answer: QueryResult): Catalog {
  return new Map(answer.rows.map(entryOf).map((entry) => [relationKey(entry.relation), entry]));
}

function entryOf(row: Row): CatalogEntry {
  const dependents = row['dependents'] === null ? [] : (JSON.parse(String(row['dependents'])) as readonly (readonly [string, string])[]);
  return {
    relation: { schema: String(row['schema']), name: String(row['name']) },
    kind: kinds[String(row['kind'])] ?? 'other',
    hasDependents: dependents.length > 0,
    dependents: dependents.map(([schema, name]) => relationKey({ schema, name })),
    hasAttachments: row['has_attachments'] === true,
    ...(row['has_grants'] === true && { hasGrants: true }),
    ...(row['comments'] !== null && { comments: (JSON.parse(String(row['comments'])) as readonly Comment[]).map(commentOf) }),
    ...(row['definition'] !== null && { definition: String(row['definition']) }),
    ...(row['refreshes_concurrently'] === true && { refreshesConcurrently: true }),
  };
}

interface Comment {
  readonly column: string | null;
  readonly text: string;
}

const commentOf = ({ column, text }: Comment) => ({ ...(column !== null && { column }), text });
