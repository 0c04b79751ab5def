import type { TestNode } from '../core/node';
import type { Statement } from '../core/plan';
import { relationName } from '../core/relation';

/** What stands and may be taken for the rows of an earlier run. */
const DROPPED: Readonly<Record<string, string>> = { table: 'table', view: 'view', materialized_view: 'materialized view' };

/** Puts the rows of `body` in the place of those that an earlier run kept; `kind` is what stands there, if anything does. */
export function storing({ relation, as }: NonNullable<TestNode['stored']>, body: string, kind: string | undefined): readonly Statement[] {
  const name = relationName(relation);
  const create = `create ${as} ${name} as (\n`;
  return [{ sql: `drop ${DROPPED[kind ?? as] ?? as} if exists ${name}` }, { sql: `${create}${body}\n)`, bodyAt: create.length }];
}
