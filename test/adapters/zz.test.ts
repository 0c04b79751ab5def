import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { startPostgres } from '../support/postgres';
import { replaceBlock } from '../../src/plan/replaceBlock';
test('x', async () => {
  const s = await startPostgres();
  const b = replaceBlock(`'"shop"."t"'`, ['drop table shop.t', 'alter table shop.etlx_t rename to t']);
  writeFileSync('/tmp/exp/block.txt', b.replace('do $etlx$', '').replace('$etlx$', '').trim());
  console.log(execFileSync('node', ['/tmp/exp/pub.cjs'], { env: { ...process.env, URL: s.url }, encoding: 'utf8' }));
  await s.stop();
});
