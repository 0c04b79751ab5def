import { mkdtemp } from 'node:fs/promises';
import { connect } from '../../src/adapters/connect';
import { startPostgres } from '../support/postgres';
import { model, manifest } from '../../src/plan/nodes.fixture';
import { build } from './engines';
import { planOf } from '../../src/plan/plan';
import { graphOf } from '../../src/graph/graph';
test('x', async () => {
  const out: string[] = [];
  const time = async (name: string, n: number, work: () => Promise<unknown>) => { const s = performance.now(); await work(); out.push(`${name}: ${((performance.now() - s) / n).toFixed(2)} ms`); };
  const root = await mkdtemp('/tmp/zz-');
  const target = { type: 'pglite', name: 'dev', path: 'db', schema: 'shop', threads: 1 } as const;
  for (const name of ['first start with image', 'second start']) {
    let a: any;
    await time(name, 1, async () => { a = await connect(target, { root, env: {}, image: '/work/main/dist/pglite-image' }); await a.query('select 1'); });
    await a.close();
  }
  const s = await startPostgres();
  const a = await connect({ type: 'postgres', name: 'prod', schema: 's', threads: 4, url: s.url }, { root: '/', env: {} });
  await a.query('create schema shop');
  const m = (r: number) => model('users', [], { sql: `select ${r} as id, 'x' as b` });
  await build(a, [m(0)]);
  const go = async () => { for (let i = 0; i < 100; i += 1) await build(a, [m(i)]); };
  await go();
  await time('catalog+prepare+build+publish plain', 100, go);
  await a.query('create view shop.v as select * from shop.users');
  await time('the same, one dependent view', 100, go);
  await a.query('create table shop.big (id int, a text, b numeric(10,2), c int)');
  const csv = async function* () { for (let i = 0; i < 500; i += 1) yield Buffer.from(Array.from({ length: 1000 }, (_, n) => `${i * 1000 + n},"some text ${n}",${n}.50,${n}\n`).join('')); };
  await time('copy 500k rows', 1, () => a.transaction((x) => x.copy({ schema: 'shop', name: 'big' }, ['id', 'a', 'b', 'c'], csv())));
  await a.query(`do $$ begin for i in 1..2600 loop execute format('create table shop.t%s (a int, b text, c int)', i); if i % 1000 = 0 then null; end if; end loop; end $$`).catch((e) => out.push(String(e)));
  await time('catalog', 1, () => a.catalog(['shop']));
  await time('catalog', 1, () => a.catalog(['shop']));
  const nodes = Array.from({ length: 10000 }, (_, i) => model(`m${i}`, i > 2 ? [`model.m${i - 1}`, `model.m${i >> 1}`] : []));
  const graph = graphOf(nodes); graph.order();
  await time('plan 10,000 models', 1, async () => planOf({ manifest: manifest(nodes), graph, chosen: new Set(nodes.map((n) => n.id)), catalog: new Map(), dialect: a.dialect, mode: { load: true, models: true, tests: true, audits: true } }));
  await a.close(); await s.stop();
  console.log(out.join('\n'));
});
