import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import type { Node } from '../core/node';
import type { Dialect } from '../core/ports';

/** Throws EtlxError `type.unkept` with every declared column of `nodes` whose values the engine could not keep as declared: before anything runs. */
export function checkKeptTypes(nodes: readonly Node[], dialect: Dialect): void {
  const problems = nodes.flatMap((node): readonly Diagnostic[] => {
    if (node.kind !== 'source' && node.kind !== 'seed' && !(node.kind === 'model' && node.contract)) return [];
    return node.columns.flatMap(({ name, dataType }) => {
      const written = dataType === undefined ? undefined : dialect.columnType(dataType);
      return written === undefined || 'type' in written
        ? []
        : [diagnose('type.unkept', { type: dataType!, column: name, table: node.name, problem: written.problem }, node.at)];
    });
  });
  if (problems.length > 0) throw new EtlxError(problems);
}
