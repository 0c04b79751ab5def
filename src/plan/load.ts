import type { SourceNode } from '../core/node';
import type { LoadStep } from '../core/plan';
import { analyze, createTable, keysOf } from './columns';
import { candidateOf } from './names';
import { publishOf, type Standing } from './publish';

/** How a source's table is filled and put in place: created as declared, then (after the rows) its key. */
export function loadStep(source: SourceNode, standing: Standing): Omit<LoadStep, 'id' | 'name' | 'after' | 'audits'> {
  const { relation, primaryKey, uniqueKeys } = source;
  const candidate = candidateOf(relation);
  const keys = keysOf(relation, candidate, primaryKey, uniqueKeys);
  return {
    kind: 'load',
    relation,
    candidate,
    columns: source.columns.map((column) => column.name),
    build: [createTable(source, candidate)],
    finish: [...keys.statements, analyze(candidate)],
    publish: publishOf({ relation, candidate, kind: 'table', constraints: keys.renames }, standing),
  };
}
