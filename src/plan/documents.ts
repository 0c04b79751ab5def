import type { SeedNode, ModelNode, SnapshotNode } from '../core/node';
import type { Around, Statement } from '../core/plan';
import type { CatalogEntry, Dialect } from '../core/ports';
import { literal, quote, relationName, type Relation } from '../core/relation';
import { doBlock } from './doBlock';

type Documented = ModelNode | SeedNode | SnapshotNode;

/** What is declared of a relation and its columns in words, as far as it is to be written in the database: an inherited description is another column's. */
function documentsOf({ attached, description, columns }: Documented) {
  const { relation, columns: ofColumns } = attached?.documents ?? { relation: true, columns: true };
  return {
    relation: relation ? description.trim() : '',
    columns: columns.flatMap(({ name, description, inheritedFrom }) => {
      const text = inheritedFrom === undefined ? description.trim() : '';
      return ofColumns && text !== '' ? [{ name, text }] : [];
    }),
  };
}

/** Whether a comment that stands on a node's relation, or on a column of it, gives way to a declared one. */
export function isDeclared(node: Documented): (comment: NonNullable<CatalogEntry['comments']>[number]) => boolean {
  const { relation, columns } = documentsOf(node);
  const names = new Set(columns.map(({ name }) => name));
  return ({ column }) => (column === undefined ? relation !== '' : names.has(column));
}

/** Writes the descriptions of a node on its relation, which is a `kind`, and on those of its columns that there are. */
export function documented(node: Documented, kind: string, dialect: Dialect): Pick<Around, 'closing' | 'remarks'> {
  const { relation, columns } = documentsOf(node);
  const name = relationName(node.relation);
  const closing = relation === '' ? [] : [{ sql: `comment on ${kind} ${name} is ${literal(relation)}` }];
  if (columns.length === 0) return { closing };
  if (dialect.runsBlocks) return { closing: [...closing, columnsBlock(node.relation, columns)] };
  const remarks = {
    columns: { sql: dialect.columnsQuery(node.relation) },
    for: (standing: readonly string[]): readonly Statement[] =>
      columns
        .filter(({ name: column }) => standing.includes(column))
        .map(({ name: column, text }) => ({ sql: `comment on column ${name}.${quote(column)} is ${literal(text)}` })),
  };
  return { closing, remarks };
}

/** A block that asks which columns there are, and leaves alone those that say it already. */
function columnsBlock(relation: Relation, columns: readonly { readonly name: string; readonly text: string }[]): Statement {
  const name = literal(relationName(relation));
  const wanted = columns.map((column) => `(${literal(column.name)}, ${literal(column.text)})`).join(', ');
  return {
    sql: doBlock(`
declare
  described record;
begin
  for described in
    select a.attname, w.text from (values ${wanted}) w (name, text)
    join pg_attribute a on a.attrelid = to_regclass(${name}) and a.attname = w.name and a.attnum > 0 and not a.attisdropped
    where col_description(a.attrelid, a.attnum) is distinct from w.text
  loop
    execute format('comment on column %s.%I is %L', ${name}, described.attname, described.text);
  end loop;
end
`),
  };
}
