import { sourcesOf, type SourceDeclaration } from './sources';
import type { RenderText } from './sourcesRender';

const read = (text: string, render: RenderText = (each) => each): { sources: readonly SourceDeclaration[]; problems: string[] } => {
  const problems: string[] = [];
  const sources = sourcesOf({ path: 'sources/s.yaml', text }, render, ({ at, message, hint }) =>
    problems.push(`${at?.line}:${at?.column} ${message}${hint ? ` (${hint})` : ''}`),
  );
  return { sources, problems };
};

/** A source `s` with this client and one resource. */
const client = (fields: string): string => `sources:
  - name: s
    description: "{{ here too }}"
    extract: {client: {${fields}}, resources: [users]}
`;

describe('extract', () => {
  test('fills in defaults, and merges the client, resource_defaults and the resource', () => {
    const { sources, problems } = read(
      `sources:
  - name: shop
    extract:
      client:
        base_url: "{{ env('URL') }}"
        headers: {Accept: application/json, Authorization: {env: TOKEN}}
        params: {a: 1, b: 2}
        timeout: 10
        retry: {max_attempts: "{{ var('attempts') }}"}
        paginator: {type: offset, limit: "{{ var('page_size') }}", offset_param: skip, total_path: null}
      resource_defaults: {primary_key: id, endpoint: {params: {b: 3, c: 4}}}
      resources:
        - users
        - name: carts
          primary_key: [id, shop.id]
          endpoint: {path: all/carts, method: POST, params: {c: "05"}, headers: {X-Shop: one}, data_selector: "", paginator: single_page}
        - {name: rates, module: sources/rates.ts}
    land: {path: raw/v2}
`,
      (text) => (text.includes('env') ? 'https://x.y' : text.includes('attempts') ? '2' : '30'),
    );
    expect(problems).toEqual([]);
    const common = {
      baseUrl: 'https://x.y',
      timeout: { connect: 10, firstByte: 10, idle: 10, total: 10 },
      concurrency: 4,
      maxBytes: 128 * 1024 * 1024,
      allowHosts: [],
      allowPrivate: false,
      responseActions: [],
      retry: { maxAttempts: 2, backoff: 0.5, maxDelay: 30 },
      land: 'raw/v2',
    };
    const paginator = { type: 'offset', limit: 30, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' } };
    const headers = { Accept: 'application/json', Authorization: { env: 'TOKEN' } };
    const params = { a: '1', b: '3', c: '4' };
    expect(sources[0]?.resources).toEqual([
      {
        ...common,
        name: 'users',
        at: expect.objectContaining({ line: 13 }),
        path: 'users',
        method: 'GET',
        headers,
        params,
        dataSelector: 'users',
        paginator,
        primaryKey: ['id'],
      },
      {
        ...common,
        name: 'carts',
        at: expect.objectContaining({ line: 14 }),
        path: 'all/carts',
        method: 'POST',
        headers: { ...headers, 'X-Shop': 'one' },
        params: { ...params, c: '05' },
        dataSelector: '',
        paginator: { type: 'single_page' },
        primaryKey: ['id', 'shop.id'],
      },
      {
        ...common,
        name: 'rates',
        at: expect.objectContaining({ line: 17 }),
        path: 'rates',
        method: 'GET',
        headers,
        params,
        dataSelector: 'rates',
        paginator,
        primaryKey: ['id'],
        module: 'sources/rates.ts',
      },
    ]);
  });

  test('a template that cannot be rendered is told once, by whoever renders', () => {
    expect(read(client('base_url: "{{ nope }}", timeout: "{{ nope }}"'), () => undefined).problems).toEqual([]);
  });

  test('renders exactly the texts with templates, with their places', () => {
    const rendered: string[] = [];
    read(client('base_url: "{{ x }}/a"'), (text, at) => {
      rendered.push(`${at.line}:${at.column} ${text}`);
      return 'https://x';
    });
    expect(rendered).toEqual(['3:19 {{ here too }}', '4:35 {{ x }}/a']);
  });
});
