import { failure } from '../core/diagnostic';
import { batchName, type Interval } from '../core/interval';
import type { ModelNode } from '../core/node';
import type { Addition, TableColumn } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { checkNamedColumns, schemaChange } from './schemaChange';
import { strategies } from './strategies';
import { within } from './within';

/** How the new rows of an incremental model, once they are in `candidate`, get into the table that stands; `interval` is that of their batch, where the model is built in batches. */
export function additionOf(model: ModelNode, candidate: Relation, dialect: Dialect, interval?: Interval): Addition {
  const { relation } = model;
  const rule = model.incremental!;
  return {
    strategy: rule.strategy,
    words: wordsOf(model, rule),
    standing: { sql: dialect.columnsQuery(relation) },
    arriving: { sql: dialect.columnsQuery(candidate) },
    ...(rule.uniqueKey.length > 0 && !rule.keepsRepeated && { question: aboutKeys(model, rule.uniqueKey, candidate) }),
    ...(interval && { question: aboutTimes(model, candidate, interval) }),
    into(standing, arriving) {
      const { statements, told, columns } = schemaChange(model, rule, standing, arriving);
      checkNamedColumns(model, rule, columns);
      const keys = rule.uniqueKey.map((name) => ({ name, required: isRequired(name, standing) }));
      const added = strategies[rule.strategy]({ relation, candidate, columns, keys, rule, dialect, interval });
      return { statements: [...statements, ...added], ...(told !== undefined && { told }) };
    },
  };
}

const isRequired = (name: string, standing: readonly TableColumn[]): boolean =>
  standing.some((column) => column.name === name && column.required);

/** Refuses keys that several new rows have. */
const aboutKeys = ({ name, at }: ModelNode, key: readonly string[], candidate: Relation): NonNullable<Addition['question']> => ({
  words: 'keys: none may be repeated',
  statement: { sql: repeatedKeys(key, candidate) },
  refusal({ keys, example }) {
    return Number(keys) === 0
      ? undefined
      : failure('model.duplicates', { model: name, key, keys: Number(keys), example: String(example) }, at);
  },
});

/** Refuses rows that lie in another batch, or in none: they would come twice, or be lost. */
function aboutTimes({ name, at, incremental }: ModelNode, candidate: Relation, interval: Interval): NonNullable<Addition['question']> {
  const { eventTime, size } = incremental!.batches!;
  const condition = within(incremental!, interval);
  return {
    words: 'times: all rows lie in the batch',
    statement: { sql: `select count(*) as rows from ${relationName(candidate)} where (${condition}) is not true` },
    refusal({ rows }) {
      const facts = { model: name, batch: batchName(interval.start, size), column: eventTime, rows: Number(rows) };
      return facts.rows === 0 ? undefined : failure('model.outside-batch', facts, at);
    },
  };
}

/** A query for how many keys stand more than once in `candidate` (`keys`), and one of them (`example`). */
export function repeatedKeys(keys: readonly string[], candidate: Relation): string {
  const list = keys.map(quote).join(', ');
  const example = keys.map((key) => `coalesce(cast(${quote(key)} as varchar), 'null')`).join(` || ', ' || `);
  return `select count(*) as keys, min(${example}) as example from (select ${list} from ${relationName(candidate)} group by ${list} having count(*) > 1) as etlx_repeated`;
}

/** For a plan that is read: what the columns decide is not known before the new rows are there. */
function wordsOf({ relation }: ModelNode, { strategy, uniqueKey, onSchemaChange, batches }: NonNullable<ModelNode['incremental']>): string {
  if (batches !== undefined)
    return `the rows of the batch by ${quote(batches.eventTime)} go from ${relationName(relation)}, the new ones come, in the columns that both have; if they differ: on_schema_change ${onSchemaChange}`;
  const by = uniqueKey.length === 0 ? '' : ` by ${uniqueKey.map(quote).join(', ')}`;
  return `${strategy}${by} into ${relationName(relation)}, in the columns that both have; if they differ: on_schema_change ${onSchemaChange}`;
}
