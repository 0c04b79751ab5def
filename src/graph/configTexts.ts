import type { Node } from '../core/node';

/** The texts that `config.<key>:` compares with: the value itself, or each value of a list. A mapping or null compares with nothing. */
export function configTexts(node: Node, key: readonly string[]): readonly string[] {
  const value = key.reduce<unknown>(
    (inner, part) => (isMapping(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined),
    effectiveConfig(node),
  );
  return [...new Set((Array.isArray(value) ? value : [value]).filter(isScalar).map(String))];
}

/** The config as it works: what was declared, and under dbt's names what the node was made into, defaults included. */
function effectiveConfig(node: Node): Readonly<Record<string, unknown>> {
  const common = { enabled: true, ...node.config, tags: node.tags, meta: node.meta };
  switch (node.kind) {
    case 'model':
      return {
        ...common,
        materialized: node.materialized,
        contract: { ...(isMapping(node.config['contract']) && node.config['contract']), enforced: node.contract },
      };
    case 'test':
      return {
        ...common,
        severity: node.severity,
        warn_if: node.warnIf,
        error_if: node.errorIf,
        fail_calc: node.failCalc,
        limit: node.limit,
      };
    default:
      return common;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}
