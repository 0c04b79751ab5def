import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type Api } from './support/api';
import { resultOf } from './support/artifacts';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('rows that do not fit', () => {
  const things = [
    { id: 1, name: 'one', size: 3 },
    { id: 2, name: 'two', size: 'large' },
    { id: 3, name: 'much too long', size: 1 },
    { id: 4, name: 'old', size: 4, gone: true },
    { id: 5, name: 'less', size: -1 },
    { id: 1, name: 'uno', size: 4 },
  ].map((each, index) => ({ ...each, no: index }));
  const source = (contract: string, timeout = 30): string => `sources:
  - name: api
    extract:
      client: {base_url: "{{ env('API') }}", timeout: ${timeout}, retry: {max_attempts: 1}, paginator: {type: offset, limit: 4, offset_param: skip}}
      resources: [{name: things, primary_key: no}]
    tables:
      - name: things
        transform:
          from: things
          filter: "!has(record.gone)"
          columns: {id: id, name: name, size: size}
          merge: {key: [id], columns: {size: sum}, otherwise: first}
          row_filter: size > 0
          schema_contract: {data_type: ${contract}}
        load: {primary_key: [id]}
        columns: [{name: id, data_type: INT}, {name: name, data_type: VARCHAR(5)}, {name: size, data_type: INT}]
`;
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ things }, [{ table: 'things', at: 5, fault: 'stalled' }]);
  });
  afterAll(() => api.stop());

  test('are set aside, counted and kept with the reason where that is declared, and fail the load where it is not', async () => {
    const project = server.project('rows', { 'sources/api.yaml': source('discard_row') });
    expect(await server.etlx(project, ['load'], { env: { API: api.url } })).toMatchObject({ code: 0 });
    expect(resultOf(project, 'source.api.things').row_counts).toEqual({ received: 6, loaded: 1, merged: 1, filtered: 2, rejected: 2 });
    expect(await server.query('select * from rows.things')).toEqual([{ id: 1, name: 'one', size: 7 }]);
    const folder = join(project, '.etlx/lake/datasets/api/things');
    const rejected = readFileSync(join(folder, readdirSync(folder)[0]!, 'rejected.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(rejected.map((line) => line.includes('large') || line.includes('much too long'))).toEqual([true, true]);

    const strict = server.project('rows', { 'sources/api.yaml': source('freeze') });
    const { code, stderr } = await server.etlx(strict, ['load'], { env: { API: api.url } });
    expect(code).toBe(1);
    expect(stderr).toContain('the value "large" of `size` does not fit INT: it is not an integer');
    expect(await server.query('select * from rows.things')).toEqual([{ id: 1, name: 'one', size: 7 }]);
  });

  test('an API that stalls is given up after `timeout`', async () => {
    const project = server.project('rows', { 'sources/api.yaml': source('discard_row', 0.2) });
    const { code, stderr } = await server.etlx(project, ['load'], { env: { API: api.url } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/GET http:\S+\/things\?\S+: .*0\.2/);
  });
});
