import type { UnitTestNode } from '../core/node';
import type { Rows } from '../core/unitTest';
import { callOf, type NodeContext } from './manifestNode';

/** An entry of `unit_tests`. dbt knows expectations of a whole model alone: those of single CTEs are not in it. */
export function manifestUnitTest(node: UnitTestNode, { ids, nodes, parents }: NodeContext): Readonly<Record<string, unknown>> {
  const expected = node.comparisons.find(({ expected: { cte } }) => cte === undefined)?.expected.rows;
  return {
    model: nodes.get(node.model)!.name,
    given: node.given.map(({ id, rows }) => ({
      input: id === node.model ? 'this' : callOf(nodes.get(id)!),
      ...rowsJson(rows),
      fixture: null,
    })),
    expect: { ...(expected === undefined ? { rows: [], format: 'dict' } : rowsJson(expected)), fixture: null },
    name: node.name,
    resource_type: 'unit_test',
    package_name: node.package,
    path: node.path.slice(node.path.indexOf('/') + 1),
    original_file_path: node.path,
    unique_id: ids.get(node.id),
    fqn: node.fqn,
    description: node.description,
    depends_on: { macros: [], nodes: parents.get(node.id)! },
    config: { ...node.config, tags: node.tags, meta: node.meta },
  };
}

const rowsJson = (given: Rows) =>
  'sql' in given
    ? { rows: given.sql, format: 'sql' }
    : { rows: given.rows.map((row) => Object.fromEntries(given.columns.map((name, index) => [name, row[index]]))), format: 'dict' };
