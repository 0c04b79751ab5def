import { copyOfShop, etlx } from './support/etlx';
import { problemLines } from './support/problems';

const root = copyOfShop();

/** The names that `etlx ls` gives for `words`, without the tests unless they are asked for. */
async function listed(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await etlx(root, ['ls', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}
const NODES = ['--resource-type', 'extract', 'dataset', 'source', 'model'];
const MODELS = ['--resource-type', 'model', '--output', 'name'];

const LOADED = (...tables: readonly string[]): readonly string[] =>
  tables.flatMap((table) => [`dataset.shop.${table}`, `source.shop.${table}`]);
const EXTRACTS = ['extract.shop.carts', 'extract.shop.products', 'extract.shop.users'];
const SUMMARIES = ['shop.summaries.category_sales_summary', 'shop.summaries.season_sales', 'shop.summaries.user_summaries'];
const TRANSACTIONS = ['shop.transactions.cart_details', 'shop.transactions.enriched_transactions', 'shop.transactions.user_transactions'];

test('everything, the three steps of each loader included', async () => {
  expect(await listed(...NODES)).toEqual(
    [...LOADED('carts_table', 'products_table', 'users_table'), ...EXTRACTS, ...SUMMARIES, ...TRANSACTIONS].sort(byId),
  );
});

/** `ls` sorts by id: datasets, extracts, models, sources. */
function byId(a: string, b: string): number {
  const id = (text: string): string => (text.startsWith('shop.') ? `model.${text.split('.').at(-1)}` : text);
  return id(a) < id(b) ? -1 : 1;
}

test.each([
  ['user_summaries+', [], ['user_summaries']],
  ['user_transactions+', [], ['cart_details', 'season_sales', 'user_summaries', 'user_transactions']],
  ['+user_summaries', [], ['user_summaries', 'user_transactions']],
  ['1+user_summaries', [], ['user_summaries', 'user_transactions']],
  ['tag:metrics', ['--exclude', 'season_sales'], ['category_sales_summary', 'user_summaries']],
  ['tag:metrics', ['--exclude', 'season_sales', '*.category*'], ['user_summaries']],
  ['path:models/summaries', [], ['category_sales_summary', 'season_sales', 'user_summaries']],
  ['models/summaries', [], ['category_sales_summary', 'season_sales', 'user_summaries']],
  ['season_sales.sql', [], ['season_sales']],
  ['shop.transactions', [], ['cart_details', 'enriched_transactions', 'user_transactions']],
  ['source:shop.products_table+', [], ['category_sales_summary', 'enriched_transactions']],
  ['source:shop.products_table+,tag:transactions', [], ['enriched_transactions']],
  ['config.materialized:table', ['--exclude', 'tag:metrics'], ['cart_details', 'enriched_transactions', 'user_transactions']],
  ['+season_sales user_summaries', [], ['season_sales', 'user_summaries', 'user_transactions']],
])('--select %s %j', async (word, more, names) => {
  expect(await listed('--select', ...word.split(' '), ...more, ...MODELS)).toEqual(names);
});

test('`@carts_table` takes what depends on it, and all that those need', async () => {
  expect(await listed('--select', '@carts_table', ...NODES)).toEqual(await listed(...NODES));
  expect(await listed('--select', 'carts_table+', ...NODES)).toEqual([...LOADED('carts_table'), ...SUMMARIES, ...TRANSACTIONS].sort(byId));
});

test('a model brings its tests along, and `--indirect-selection` says which', async () => {
  const tests = async (mode: string): Promise<readonly string[]> =>
    listed('--select', 'user_summaries', '--indirect-selection', mode, '--resource-type', 'test', '--output', 'name');
  expect(await tests('empty')).toEqual([]);
  const cautious = await tests('cautious');
  const eager = await tests('eager');
  expect(cautious).toContain('unique_user_summaries_user_id');
  expect(cautious).not.toContain('season_total_reconciles');
  expect(eager).toEqual(expect.arrayContaining([...cautious, 'season_total_reconciles']));
});

test('each output', async () => {
  const of = (output: string, ...more: readonly string[]) =>
    listed('--select', 'user_summaries', 'users_table', '--indirect-selection', 'empty', '--output', output, ...more);
  expect(await of('selector')).toEqual(['shop.summaries.user_summaries', 'dataset.shop.users_table', 'source.shop.users_table'].sort(byId));
  expect(await of('name')).toEqual(['shop.users_table', 'user_summaries', 'shop.users_table']);
  expect(await of('path')).toEqual(['sources/shop.yaml', 'models/summaries/user_summaries.sql', 'sources/shop.yaml']);
  const lines = (await of('json')).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ unique_id }) => unique_id)).toEqual(['dataset.shop.users_table', 'model.user_summaries', 'source.shop.users_table']);
  expect(lines[1]).toMatchObject({
    name: 'user_summaries',
    resource_type: 'model',
    package_name: 'shop',
    original_file_path: 'models/summaries/user_summaries.sql',
    alias: 'user_summaries',
    tags: ['metrics'],
    config: { materialized: 'table' },
    depends_on: { nodes: ['model.user_transactions'] },
  });
  expect((await of('json', '--output-keys', 'name', 'config.materialized')).slice(1, 2)).toEqual([
    '{"name":"user_summaries","config.materialized":"table"}',
  ]);
});

test('what `ls` prints for a node selects exactly that node', async () => {
  const selectors = await listed();
  expect(selectors.length).toBeGreaterThan(60);
  for (const selector of selectors) expect(await listed('--select', selector, '--indirect-selection', 'empty')).toEqual([selector]);
});

test.each([
  [['--select', 'user_sumaries'], ['- `user_sumaries` selects nothing / did you mean `user_summaries`?']],
  [['--select', '+user_sumaries+'], ['- `+user_sumaries+` selects nothing / did you mean `+user_summaries+`?']],
  [['--select', 'tag:metric'], ['- `tag:metric` selects nothing / did you mean `tag:metrics`?']],
  [['--exclude', 'sesason_sales'], ['- `sesason_sales` selects nothing / did you mean `season_sales`?']],
  [['--select', 'tga:metrics'], ['- `tga:metrics` is not a selector: no method is called `tga` / did you mean `tag:metrics`?']],
  [['--select', 'metric:x'], ['- `metric:x` is not a selector: etlx has no metrics']],
  [['--select', '@carts_table+'], ['- `@carts_table+` is not a selector: `@` takes all descendants already, so no `+` can follow']],
  [['--select', ''], ['- `` is not a selector: it is empty']],
  [
    ['--select', 'nothing_at_all', 'tga:x'],
    [
      '- `nothing_at_all` selects nothing / `etlx ls` lists what there is',
      '- `tga:x` is not a selector: no method is called `tga` / did you mean `tag:x`?',
    ],
  ],
  [['--resource-type', 'modle'], ['- `--resource-type` cannot be `modle` / did you mean `model`?']],
  [['--output', 'jsn'], ['- `--output` cannot be `jsn` / did you mean `json`?']],
])('%j is an error, with the nearest names', async (words, says) => {
  for (const command of words[0] === '--output' ? ['ls'] : ['ls', 'build']) {
    const { code, stdout, stderr } = await etlx(root, [command, ...words]);
    expect({ code, stdout, says: [...problemLines(stderr)].sort() }).toEqual({ code: 2, stdout: '', says });
  }
});
