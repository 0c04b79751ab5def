import { closest } from '../core/closest';
import { ctesOf } from '../core/ctes';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { LineMap, ModelNode, UnitTestNode } from '../core/node';
import type { TextFile } from '../core/project';
import type { Given, Rows } from '../core/unitTest';
import { frozen } from '../core/volatile';
import { relationName } from '../core/relation';
import { rowsOfText, type DeclaredRows, type Overrides, type UnitTestDeclaration } from '../parse/unitTests';
import { withEphemerals } from './ephemeral';
import type { ModelDraft } from './modelDrafts';
import { movedMap } from './movedMap';
import { namedBy } from './namedBy';
import type { Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';
import type { Owner } from './vocabulary';

export interface UnitTestContext {
  readonly project: string;
  readonly models: ReadonlyMap<string, ModelDraft>;
  /** The same, compiled, each without the ephemeral models that it reads. */
  readonly nodes: readonly ModelNode[];
  readonly names: Names;
  /** The files of `tests/fixtures/`. */
  readonly fixtures: readonly TextFile[];
  readonly scopeWith: (draft: ModelDraft, overrides: Overrides) => Scope;
  readonly report: Report;
}

/** The folder of rows for unit tests. */
export const FIXTURES = 'tests/fixtures/';

/** The nodes of the unit tests that are switched on; what is wrong with them is reported. */
export function unitTestNodes(declarations: readonly UnitTestDeclaration[], context: UnitTestContext): readonly UnitTestNode[] {
  const seen = new Set<string>();
  return declarations.flatMap((declaration) => {
    const node = declaration.config?.enabled === false ? undefined : unitTestNode(declaration, context);
    if (node === undefined) return [];
    if (seen.size === seen.add(node.id).size) {
      context.report(diagnose('name.duplicate', { name: node.name, kind: 'unit test', other: node.path }, node.at));
      return [];
    }
    return [node];
  });
}

function unitTestNode(declaration: UnitTestDeclaration, context: UnitTestContext): UnitTestNode | undefined {
  const { name, model, description, overrides, freeze, config = {} } = declaration;
  const { project, models, nodes, report } = context;
  const draft = models.get(model.text);
  const tested = nodes.find(({ id }) => id === draft?.id);
  if (draft === undefined || tested === undefined) {
    report(diagnose('ref.unknown', { name: model.text, closest: closest(model.text, models.keys()) }, model.at));
    return undefined;
  }
  const given = declaration.given.flatMap(({ input, rows }) => givenOf(input.text, input.at, rows, draft, context) ?? []);
  const clock = freeze === undefined ? undefined : new Date(freeze.text);
  if (clock !== undefined && Number.isNaN(clock.getTime())) {
    report(
      diagnose(
        'config.type',
        { key: 'freeze', expected: 'a time in ISO 8601, such as `2026-01-31T12:00:00Z`', found: `the text \`${freeze!.text}\`` },
        freeze!.at,
      ),
    );
  }
  const replaced = new Set(given.map(({ id }) => id));
  const query = rendered(draft.template, context.scopeWith(draft, overrides), report);
  const whole = withEphemerals(nodes.filter(({ id }) => !replaced.has(id)));
  const asRun = (sql: string) => {
    const complete = whole({ ...query, sql }, tested.dependsOn);
    return clock === undefined || Number.isNaN(clock.getTime()) ? complete : stood(complete, clock);
  };
  const comparisons = comparisonsOf(declaration, query.sql, context).map((each) => ({ ...each, sql: asRun(each.sql).sql }));
  return {
    kind: 'unit_test',
    id: `unit_test.${model.text}.${name.text}`,
    name: name.text,
    package: project,
    fqn: [project, ...draft.folders, model.text, name.text],
    path: name.at.file,
    at: name.at,
    description,
    tags: config.tags ?? [],
    meta: config.meta ?? {},
    config: { enabled: true, ...config },
    dependsOn: [tested.id],
    model: tested.id,
    given,
    comparisons,
    lines: asRun(query.sql).lines ?? query.lines,
  };
}

function givenOf(input: string, at: Location, declared: DeclaredRows, draft: ModelDraft, context: UnitTestContext): Given | undefined {
  const rows = rowsOf(declared, context);
  const isOwn = input.trim() === 'this' || input.trim() === 'self';
  const named = isOwn ? draft : namedBy({ text: input, at }, 'input', "`ref('model')`, `source('source', 'table')` or `this`", context);
  if (rows === undefined || named === undefined) return undefined;
  const { id, relation, text } = named;
  return { id, table: text ?? relationName(relation), ...(text === undefined && { schema: relation.schema }), rows, at: declared.at };
}

function rowsOf(declared: DeclaredRows, { fixtures, report }: UnitTestContext): Rows | undefined {
  if ('rows' in declared) return declared.rows;
  const nameOf = ({ path }: TextFile): string => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));
  const file = fixtures.find((each) => nameOf(each) === declared.fixture);
  if (file !== undefined) return rowsOfText(file.path.endsWith('.sql') ? 'sql' : 'csv', file.text, declared.at, report);
  const problem = `there is no fixture \`${declared.fixture}\``;
  const [near] = closest(declared.fixture, fixtures.map(nameOf));
  report(
    diagnose(
      'config.invalid',
      { problem, hint: near === undefined ? `put it into \`${FIXTURES}\`, as .csv or .sql` : `did you mean \`${near}\`?` },
      declared.at,
    ),
  );
  return undefined;
}

/** The model as a whole, when rows are expected of it, and each CTE. */
function comparisonsOf(declaration: UnitTestDeclaration, sql: string, context: UnitTestContext): UnitTestNode['comparisons'] {
  const { ctes: expectations, expect } = declaration;
  const ctes = ctesOf(sql);
  const ofCtes = expectations.flatMap(({ name, rows: declared }) => {
    const rows = rowsOf(declared, context);
    const cte = ctes.names.find((each) => each.toLowerCase() === name.text.toLowerCase());
    if (cte === undefined) {
      const problem = `the model \`${declaration.model.text}\` has no common table expression \`${name.text}\``;
      const [near] = closest(name.text, ctes.names);
      context.report(diagnose('config.invalid', { problem, hint: near && `did you mean \`${near}\`?` }, name.at));
    }
    return cte === undefined || rows === undefined ? [] : [{ sql: ctes.queryOf(cte), expected: { cte, rows, at: declared.at } }];
  });
  const rows = expect && rowsOf(expect, context);
  return rows === undefined ? ofCtes : [...ofCtes, { sql, expected: { rows, at: expect!.at } }];
}

/** A query with a clock that stands still; its map follows. */
function stood(query: { readonly sql: string; readonly lines?: LineMap }, clock: Date): { readonly sql: string; readonly lines?: LineMap } {
  const { sql, moved } = frozen(query.sql, clock);
  const { lines } = query;
  if (lines === undefined || moved.length === 0) return { sql, ...(lines && { lines }) };
  return { sql, lines: movedMap(lines, moved) };
}

/** What a unit test puts in the place of macros (`is_incremental` among them), variables and the environment. */
export const overridesOf = ({ macros, vars, env_vars: env }: Overrides): NonNullable<Owner['overrides']> => ({
  helpers: new Map(Object.entries(macros).map(([name, value]) => [name, () => value])),
  vars,
  env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
});
