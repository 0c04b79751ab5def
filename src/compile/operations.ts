import type { Report } from '../core/diagnostic';
import type { Target } from '../core/manifest';
import type { Node, NodeId } from '../core/node';
import type { Operation, OperationEvent } from '../core/operation';
import type { LastOperation, OperationStep, Plan } from '../core/plan';
import { statementsIn } from '../core/statementsIn';
import type { Settings } from '../parse/settings';
import type { Text } from '../parse/shape';
import { parseTemplate, type Template } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import type { AttachedContext } from './attached';
import { linksOf } from './links';
import { render } from './render';
import { rendered } from './rendered';
import type { Scope } from './renderScope';
import { RUN_FACTS, runFacts } from './runFacts';

interface Context extends Pick<AttachedContext, 'names' | 'helpers' | 'variables' | 'callsOf'> {
  readonly scope: Scope;
  /** Of the project, once it is compiled. */
  readonly nodes: ReadonlyMap<NodeId, Node>;
  readonly target: Target;
  readonly report: Report;
}

/** The operations of a project, and what a run does for them. */
export interface Operations extends Required<Pick<Plan, 'first' | 'last'>> {
  readonly all: readonly Operation[];
}

/**
 * Reads `on-run-start` and `on-run-end`. The former is rendered here; the latter is checked here, and rendered when it is known how the run went.
 * What they `ref` is no dependency: they belong to no node.
 */
export function operationsOf(
  { name, onRunStart, onRunEnd }: Pick<Settings, 'name' | 'onRunStart' | 'onRunEnd'>,
  context: Context,
): Operations {
  const { scope, nodes, target, report } = context;
  const starts = onRunStart.map((text, index) => read(text, headOf(name, 'on-run-start', index), context));
  const ends = onRunEnd.map((text, index) =>
    read(text, headOf(name, 'on-run-end', index), { ...context, variables: new Set([...context.variables, ...RUN_FACTS]) }),
  );
  const first = starts.map(({ operation, template }) => {
    const { sql } = rendered(template, scope, report);
    return stepOf(operation, () => sql);
  });
  const last = ends.map(({ operation, template }): LastOperation => ({
    text: operation.text,
    step: (results) =>
      stepOf(operation, () => {
        const variables = { ...scope.variables, ...runFacts(results, nodes, target) };
        return render(template, { helper: (helper) => scope.helper(helper), variables }).sql;
      }),
  }));
  return { all: [...starts, ...ends].map(({ operation }) => operation), first, last };
}

type Head = Pick<Operation, 'id' | 'name' | 'event' | 'index'>;

/** `operation.shop-on-run-start-0`, `shop.on-run-start.0`: as dbt calls them. */
const headOf = (project: string, event: OperationEvent, index: number): Head => ({
  id: `operation.${project}-${event}-${index}`,
  name: `${project}.${event}.${index}`,
  event,
  index,
});

function read({ text, at }: Text, head: Head, { names, helpers, variables, callsOf, report }: Context) {
  const template: Template = parseTemplate({ file: at.file, text, origin: at }, report);
  checkNames(template, { helpers, variables }, report);
  // their names are checked, nothing more
  linksOf(callsOf(template), names, report);
  return { operation: { ...head, text, at }, template };
}

const stepOf = ({ id, name, at }: Operation, sql: () => string): OperationStep => ({
  kind: 'operation',
  id,
  name,
  after: [],
  statements: () => statementsIn(sql()).map((each) => ({ sql: each, at })),
});
