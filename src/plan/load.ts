import type { SourceNode } from '../core/node';
import type { LoadStep } from '../core/plan';
import { analyze, createTable, keysOf } from './columns';
import { candidateOf } from './names';
import { publishOf, type Standing } from './publish';

/** How a source's table is filled and put in place: created as declared, then (after the rows) its key. */
export function loadStep(source: SourceNode, standing: Standing): Omit<LoadStep, 'id' | 'name' | 'after' | 'audits'> {
  const { relation } = source;
  const { dialect } = standing;
  const candidate = candidateOf(relation);
  const keys = keysOf(source, candidate, dialect);
  const columns = source.columns.map((column) => column.name);
  return {
    kind: 'load',
    relation,
    candidate,
    columns,
    build: [createTable(source, candidate, dialect)],
    finish: [...keys.statements, ...analyze(candidate, dialect)],
    publish: publishOf({ relation, candidate, kind: 'table', constraints: keys.renames, indexes: keys.indexes, columns }, standing),
  };
}
