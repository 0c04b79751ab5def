import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import type { ModelNode, Node } from '../core/node';
import type { Dialect } from '../core/ports';

/** Throws EtlxError `model.unbuildable` with every model of `nodes` that the engine has no means for: before anything runs. */
export function checkBuildable(nodes: readonly Node[], dialect: Dialect): void {
  const problems = nodes.flatMap((node): readonly Diagnostic[] => {
    const problem = node.kind === 'model' ? problemOf(node, dialect) : undefined;
    const grants = 'attached' in node && !dialect.hasRoles ? node.attached?.grants : undefined;
    return [
      ...(problem === undefined ? [] : [diagnose('model.unbuildable', { model: node.name, ...problem }, node.at)]),
      ...(grants === undefined
        ? []
        : [diagnose('model.unbuildable', { model: node.name, ...WITHOUT_ROLES, engine: dialect.name }, grants.at)]),
    ];
  });
  if (problems.length > 0) throw new EtlxError(problems);
}

const WITHOUT_ROLES = {
  what: 'roles that could be granted anything',
  hint: '`{{ config(grants=var(…)) }}` with a variable of each target grants something there and nothing here',
};

function problemOf(model: ModelNode, { name: engine, materializedViews, indexTypes, addsUniqueConstraints }: Dialect) {
  const { materialized, indexes = [], checks = [], contract } = model;
  if (materialized === 'materialized_view' && !materializedViews) {
    const hint =
      'build it as a table; `{{ config(materialized=var(…)) }}` with a variable of each target makes one thing here and another there';
    return { what: 'materialized views', engine, hint };
  }
  if (checks.length > 0 && !contract && !addsUniqueConstraints)
    return { what: 'checks for a table whose columns are not declared', engine, hint: 'enforce a contract: `contract: {enforced: true}`' };
  const other = indexes.find(({ type = 'btree' }) => type !== 'btree');
  return other === undefined || indexTypes ? undefined : { what: `\`${other.type}\` indexes`, engine, hint: 'take out its `type`' };
}
