import type { TemplateValue } from '../core/macro';
import { databaseOf } from '../core/databaseOf';
import type { Target } from '../core/manifest';
import type { Node, NodeId } from '../core/node';
import type { StepResult } from '../core/run';

/** What stands in the scope of `on-run-end` beside what every template may use. */
export const RUN_FACTS = ['results', 'schemas', 'database_schemas'] as const;

/**
 * How a run went, for templates, in dbt's words (https://docs.getdbt.com/reference/dbt-jinja-functions/on-run-end-context): a result for every step, and the
 * schemas that the run built in, each once.
 */
export function runFacts(
  results: readonly StepResult[],
  nodes: ReadonlyMap<NodeId, Node>,
  target: Target,
): Readonly<Record<(typeof RUN_FACTS)[number], TemplateValue>> {
  const built = results.flatMap(({ id, kind }) => {
    const node = nodes.get(id);
    return node !== undefined && kind !== 'freshness' && 'relation' in node ? [node.relation.schema] : [];
  });
  const schemas = [...new Set(built)].sort();
  return {
    results: results.map((result) => resultFacts(result, nodes.get(result.id))),
    schemas,
    database_schemas: schemas.map((schema) => [databaseOf(target), schema]),
  };
}

function resultFacts(result: StepResult, node: Node | undefined): TemplateValue {
  const relation = node !== undefined && 'relation' in node ? node.relation : undefined;
  return {
    unique_id: result.id,
    status: result.status,
    message: result.message ?? result.diagnostics?.map(({ message }) => message).join('\n') ?? null,
    execution_time: result.seconds,
    failures: result.failures ?? null,
    rows_affected: result.rows ?? null,
    thread_id: result.slot === undefined ? 'main' : `Thread-${result.slot}`,
    node: {
      unique_id: result.id,
      name: result.name,
      resource_type: node?.kind ?? result.kind,
      schema: relation?.schema ?? null,
      alias: relation?.name ?? null,
      relation_name: result.relation ?? null,
      original_file_path: node?.path ?? null,
      tags: node?.tags ?? [],
    },
  };
}
