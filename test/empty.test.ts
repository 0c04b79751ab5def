import { etlx } from './support/etlx';
import { statusesOf } from './support/artifacts';
import { problemLines } from './support/problems';
import { project, type Files } from './support/project';

const files = {
  'seeds/events.csv': 'id,at\n1,2020-01-01\n2,2020-01-02\n3,2999-01-01\n',
  'seeds/seeds.yaml': 'seeds: [{name: events, config: {event_time: at}}]\n',
  'models/all_events.sql': "select e.id from {{ ref('events') }} e\n",
  'models/counted.sql': "select count(*) as n from {{ ref('all_events') }}\n",
  'sources/api.yaml': `sources:
  - name: api
    extract: {client: {base_url: 'http://127.0.0.1:1', retry: {max_attempts: 1}}, resources: [things]}
    tables:
      - {name: things, transform: {from: things, columns: {id: id}}, load: {primary_key: [id]}, columns: [{name: id, data_type: INT}]}
`,
} satisfies Files;

let root: string;
beforeAll(async () => {
  root = project({
    ...files,
    'project.yaml': 'name: demo\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\nretries: {max: 0}\n',
  });
});

const rows = async (model: string): Promise<unknown> => {
  const { stdout } = await etlx(root, ['show', '--inline', `select count(*) as n from {{ ref('${model}') }}`, '--output', 'json']);
  return (JSON.parse(stdout) as { readonly show: readonly { readonly n: number }[] }).show[0]!.n;
};

test('--empty builds every model without a row, and loads nothing', async () => {
  expect(await etlx(root, ['build', '--empty'])).toMatchObject({ code: 0 });
  expect(Object.keys(statusesOf(root)).sort()).toEqual(['model.all_events', 'model.counted', 'seed.events']);
  expect(await rows('all_events')).toBe(0);
});

test('a build of what changed knows what was built of nothing', async () => {
  expect(await etlx(root, ['build', '--changed', '--exclude', 'source:api+', 'extract.api.things', 'dataset.api.things'])).toMatchObject({
    code: 0,
  });
  expect(await rows('all_events')).toBe(3);
});

test('--sample takes so many rows, or those of a time', async () => {
  expect(await etlx(root, ['run', '--sample', '2'])).toMatchObject({ code: 0 });
  expect(await rows('all_events')).toBe(2);
  expect(await etlx(root, ['run', '--sample', '3 days'])).toMatchObject({ code: 0 });
  expect(await rows('all_events')).toBe(1);
  const says = async (...words: string[]): Promise<readonly string[]> => problemLines((await etlx(root, ['run', ...words])).stderr);
  expect(await says('--sample', 'some')).toEqual([
    expect.stringContaining('`--sample` takes a number of rows or a length of time, found `some`'),
  ]);
  expect(await says('--sample', '3', '--empty')).toEqual([expect.stringContaining('one of `--empty` and `--sample`')]);
});
