import { EtlxError } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { cases } from './select.cases';
import { select, type Selection } from './select';
import { METHODS, RESOURCE_TYPES, STATES, TEST_TYPES } from './selectSyntax';
import { shop } from './shop.fixture';

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const { nodes, graph } = shop();

const words = (text: string | undefined): string[] => (text ? [text] : []);
const ask = (selection: Partial<Selection>): readonly NodeId[] => [
  ...select({ select: [], exclude: [], indirect: 'eager', ...selection }, nodes, graph),
];

/** `extract.users` → `extract.api.users`; a name alone is that of a source table, a model or a test. */
const idOf = (short: string): NodeId => {
  const found = [...nodes.values()].find((node) =>
    short.includes('.') ? `${node.kind}.${node.name}` === short : node.name === short && ['source', 'model', 'test'].includes(node.kind),
  );
  if (found === undefined) throw new Error(`the table names ${short}`);
  return found.id;
};

const problemsOf = (selection: Partial<Selection>): readonly string[] => {
  try {
    ask(selection);
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    return error.diagnostics.map((each) => `${each.code}: ${each.message}${each.hint === undefined ? '' : ` / ${each.hint}`}`);
  }
  return [];
};

it.each(cases)('$rule: "$words"', ({ words: text, exclude, mode, expected }) => {
  expect([...ask({ select: words(text), exclude: words(exclude), indirect: mode ?? 'eager' })].sort()).toEqual(
    [...new Set(expected.split(' ').map(idOf))].sort(),
  );
});

it('takes words from several arguments, and any blanks between them', () => {
  expect(ask({ select: ['stg_carts  top_cities', 'category_sales'] })).toEqual(
    ask({ select: ['stg_carts', ' top_cities ', 'category_sales'] }),
  );
  expect(ask({ select: ['stg_carts', 'top_cities'], exclude: ['test_type:data'] })).toEqual(['model.stg_carts', 'model.top_cities']);
});

it('answers in the order of the nodes', () => {
  expect(ask({ select: ['top_cities stg_users'], indirect: 'empty' })).toEqual(['model.stg_users', 'model.top_cities']);
});

it.each<[readonly string[], readonly string[], readonly NodeId[]]>([
  [['model'], [], ['model.user_summaries', 'model.top_cities']],
  [['all'], ['test'], ['model.user_summaries', 'model.top_cities']],
  [[], ['test'], ['model.user_summaries', 'model.top_cities']],
  [['source', 'extract'], [], []],
  [[], ['all'], []],
])('keeps resource types %j without %j, after selecting', (resourceTypes, excludeResourceTypes, expected) => {
  expect(ask({ select: ['user_summaries+'], resourceTypes, excludeResourceTypes })).toEqual(expected);
});

// prettier-ignore
it.each<[string, string]>([
  ['user_summarys', 'select.no-match: `user_summarys` selects nothing / did you mean `user_summaries`?'],
  ['2+user_summarys+1', 'select.no-match: `2+user_summarys+1` selects nothing / did you mean `2+user_summaries+1`?'],
  ['source.api.user_table', 'select.no-match: `source.api.user_table` selects nothing / did you mean `source.api.users_table`?'],
  ['marts.sumaries', 'select.no-match: `marts.sumaries` selects nothing / did you mean `marts.summaries`?'],
  ['+staging+', 'none'],
  ['+daily+', 'select.no-match: `+daily+` selects nothing / did you mean `+tag:daily+`?'],
  ['nothing_like_it_anywhere', 'select.no-match: `nothing_like_it_anywhere` selects nothing / `etlx ls` lists what there is'],
  ['user_*', 'select.no-match: `user_*` selects nothing / did you mean `*.user_*`?'],
  ['no_such_*', 'select.no-match: `no_such_*` selects nothing / `etlx ls` lists what there is'],
  ['tag:dayly', 'select.no-match: `tag:dayly` selects nothing / did you mean `tag:daily`?'],
  ['source:apy', 'select.no-match: `source:apy` selects nothing / did you mean `source:api`?'],
  ['source:api.user_table', 'select.no-match: `source:api.user_table` selects nothing / did you mean `source:api.users_table`?'],
  ['models/mart', 'select.no-match: `models/mart` selects nothing / did you mean `models/marts`?'],
  ['models/marts/_mart.yml', 'select.no-match: `models/marts/_mart.yml` selects nothing / did you mean `models/marts/_marts.yml`?'],
  ['top_citys.sql', 'select.no-match: `top_citys.sql` selects nothing / did you mean `top_cities.sql`?'],
  ['config.materialized:vew', 'select.no-match: `config.materialized:vew` selects nothing / did you mean `config.materialized:view`?'],
  ['config.nothing.here:1', 'select.no-match: `config.nothing.here:1` selects nothing / `etlx ls` lists what there is'],
  ['test_name:uniqe', 'select.no-match: `test_name:uniqe` selects nothing / did you mean `test_name:unique`?'],
  ['package:shap', 'select.no-match: `package:shap` selects nothing / did you mean `package:shop`?'],
  ['tag:staging,source:geo', 'select.no-match: `tag:staging,source:geo` selects nothing / each of its parts selects something, but they have nothing in common'],
  ['@stg_users+', 'select.syntax: `@stg_users+` is not a selector: `@` takes all descendants already, so no `+` can follow'],
  ['tg:daily+', 'select.syntax: `tg:daily+` is not a selector: no method is called `tg` / did you mean `tag:daily+`?'],
  ['state.body:modified', 'select.syntax: `state.body:modified` is not a selector: `state` takes no key'],
  ['state:changed', `select.syntax: \`state:changed\` is not a selector: no state is called \`changed\`; there are ${listed(STATES)}`],
  ['metric:weekly', 'select.syntax: `metric:weekly` is not a selector: etlx has no metrics'],
  ['access:secret', 'select.syntax: `access:secret` is not a selector: no access is called `secret`; there are `private`, `protected`, `public`'],
  ['version:lates', 'select.syntax: `version:lates` is not a selector: no age of versions is called `lates`; there are `old`, `latest`, `prerelease`, `none` / did you mean `version:latest`?'],
  ['constructor:x', `select.syntax: \`constructor:x\` is not a selector: no method is called \`constructor\` / there are ${listed(METHODS.map((each) => `${each}:`))}`],
  ['config:view', 'select.syntax: `config:view` is not a selector: `config` needs a key, as in `config.materialized:view`'],
  ['tag.x:daily', 'select.syntax: `tag.x:daily` is not a selector: `tag` takes no key'],
  ['tag:', 'select.syntax: `tag:` is not a selector: nothing follows `tag:`'],
  ['+', 'select.syntax: `+` is not a selector: it names nothing'],
  ['stg_users,', 'select.syntax: `stg_users,` is not a selector: there is nothing beside one of its commas'],
  ['', 'select.syntax: `` is not a selector: it is empty'],
  ['source:a.b.c.d', 'select.syntax: `source:a.b.c.d` is not a selector: a source is `source`, `source.table` or `project.source.table`'],
  ['resource_type:modle', `select.syntax: \`resource_type:modle\` is not a selector: no resource type is called \`modle\`; there are ${listed(RESOURCE_TYPES)} / did you mean \`resource_type:model\`?`],
  ['test_type:genric', `select.syntax: \`test_type:genric\` is not a selector: no test type is called \`genric\`; there are ${listed(Object.keys(TEST_TYPES))} / did you mean \`test_type:generic\`?`],
])('says what is wrong with %j, in select and in exclude', (word, expected) => {
  expect(problemsOf({ select: [word] })).toEqual(expected === 'none' ? [] : [expected]);
  expect(problemsOf({ exclude: [word] })).toEqual(expected === 'none' ? [] : [expected]);
});

it.each([
  ['modle', 'config.value: `--resource-type` cannot be `modle` / did you mean `model`?'],
  ['seeds', 'config.value: `--resource-type` cannot be `seeds` / did you mean `seed`?'],
  ['macro', `config.value: \`--resource-type\` cannot be \`macro\` / it is one of ${listed([...RESOURCE_TYPES, 'all'])}`],
])('says which kinds there are instead of %j', (kind, expected) => {
  expect(problemsOf({ resourceTypes: [kind] })).toEqual([expected]);
});

it('tells all that is wrong at once, each thing once', () => {
  expect(
    problemsOf({ select: ['user_summarys tg:x,stg_user', 'user_summarys'], exclude: ['tag:dayly'], resourceTypes: ['seeds'] }).map(
      (each) => each.split(' / ')[0],
    ),
  ).toEqual([
    'select.syntax: `tg:x` is not a selector: no method is called `tg`',
    'select.no-match: `user_summarys` selects nothing',
    'select.no-match: `stg_user` selects nothing',
    'select.no-match: `tag:dayly` selects nothing',
    'config.value: `--resource-type` cannot be `seeds`',
  ]);
});
