import type { Catalog, CatalogEntry, QueryResult } from '../core/ports';
import { literal, relationKey } from '../core/relation';

const kinds: Readonly<Record<string, CatalogEntry['kind']>> = { r: 'table', v: 'view', m: 'materialized_view' };

/**
 * One query for everything in `schemas` that shares the name space of tables. Indexes and TOAST tables are left out: nobody builds a model over
 * them. The rules counted here are those of others: a view's own contents are a rule too.
 */
export function catalogQuery(schemas: readonly string[]): string {
  return `select n.nspname as schema, c.relname as name, c.relkind::text as kind, exists (
    select from pg_catalog.pg_depend d join pg_catalog.pg_rewrite r on r.oid = d.objid
    where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
      and d.refobjid = c.oid and r.ev_class <> c.oid
  ) as has_dependents, (
    c.relacl is not null or c.relowner <> current_user::regrole or c.relrowsecurity or c.relhastriggers or (c.relhasrules and c.relkind <> 'v')
    or exists (select from pg_catalog.pg_description s where s.classoid = 'pg_catalog.pg_class'::regclass and s.objoid = c.oid)
    or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attacl is not null)
    or exists (select from pg_catalog.pg_publication_rel p where p.prrelid = c.oid)
  ) as has_attachments
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in (${schemas.map(literal).join(', ')}) and c.relkind not in ('i', 'I', 't')`;
}

/** The answer to `catalogQuery` as a Catalog. */
export function catalogOf(answer: QueryResult): Catalog {
  return new Map(
    answer.rows.map((row) => {
      const relation = { schema: String(row['schema']), name: String(row['name']) };
      const entry: CatalogEntry = {
        relation,
        kind: kinds[String(row['kind'])] ?? 'other',
        hasDependents: row['has_dependents'] === true,
        hasAttachments: row['has_attachments'] === true,
      };
      return [relationKey(relation), entry];
    }),
  );
}
