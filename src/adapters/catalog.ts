import type { Catalog, CatalogEntry, QueryResult, Row } from '../core/ports';
import { literal, relationKey } from '../core/relation';

const kinds: Readonly<Record<string, CatalogEntry['kind']>> = { r: 'table', v: 'view', m: 'materialized_view' };

/**
 * One query for everything in `schemas` that shares the name space of tables. Indexes and TOAST tables are left out: nobody builds a model over
 * them. What a view shows is a rule too, called `_RETURN`: that is how dependents are found, and not an attachment.
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
    c.relacl is not null or c.relowner <> current_user::regrole or c.relrowsecurity or c.relhastriggers
    or exists (select from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN')
    or exists (select from pg_catalog.pg_description s where s.classoid = 'pg_catalog.pg_class'::regclass and s.objoid = c.oid)
    or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attacl is not null)
    or exists (select from pg_catalog.pg_publication_rel p where p.prrelid = c.oid)
  ) as has_attachments
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
  };
}
