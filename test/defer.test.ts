import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('what is not built here is read where another build has it', async () => {
  const files = (id: number) => ({
    'models/base.sql': `select ${id} as id`,
    'models/through.sql': `{{ config(materialized='ephemeral') }}select id from {{ ref('base') }}`,
    'models/last.sql': `select id from {{ ref('through') }}`,
  });
  const production = server.project('production', files(1));
  await server.ran(production, 'build');
  const root = server.project('mine', files(2));
  cpSync(join(production, 'target'), join(root, 'state'), { recursive: true });
  const read = async (...words: string[]): Promise<unknown> => {
    expect(await server.etlx(root, ['run', '--select', 'last', '--state', 'state', ...words])).toMatchObject({ code: 0 });
    return (await server.values('select id from mine.last'))[0];
  };

  expect(await server.etlx(root, ['run', '--select', 'last'])).toMatchObject({ code: 1 });
  expect(await read('--defer')).toBe(1);
  await server.ran(root, 'run');
  expect(await read('--defer')).toBe(2);
  expect(await read('--defer', '--favor-state')).toBe(1);
  // what is chosen is built here, and read here
  expect(await server.etlx(root, ['run', '--defer', '--favor-state', '--state', 'state'])).toMatchObject({ code: 0 });
  expect(await server.values('select id from mine.last')).toEqual([2]);

  const { code, stderr } = await server.etlx(root, ['run', '--select', 'last', '--defer']);
  expect(code).toBe(2);
  expect(stderr).toContain('`--state`');
});
