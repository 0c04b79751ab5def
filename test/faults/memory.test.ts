import { statusesOf } from '../support/artifacts';
import { serve } from '../support/http';
import { peakUntil } from '../support/memory';
import { startServer } from '../support/server';
import { spawnEtlx } from '../support/spawned';

/** More rows than fit into the memory that the process is given. */
const PAGES = 100;
const PER_PAGE = 10_000;
const ROWS = PAGES * PER_PAGE;

test(`F51: ${ROWS} rows pass through a process whose heap is 128 MB`, async () => {
  const server = await startServer();
  const api = await serve(({ params }) => {
    const first = (Number(params.get('page')) - 1) * PER_PAGE;
    const lines = Array.from({ length: PER_PAGE }, (_, index) => `${first + index},name ${first + index},${(first + index) % 1000}.25\n`);
    return {
      bytes: Number(params.get('page')) > PAGES ? 'id,name,amount\n' : `id,name,amount\n${lines.join('')}`,
      headers: { 'content-type': 'text/csv' },
    };
  });
  try {
    const root = server.project('large', {
      'sources/api.yaml': JSON.stringify({
        sources: [
          {
            name: 'api',
            extract: {
              client: { base_url: api.url, paginator: { type: 'page_number', base_page: 1 } },
              resources: [{ name: 'sales', primary_key: 'id' }],
            },
            tables: [
              {
                name: 'sales',
                transform: { from: 'sales', columns: { id: 'id', name: 'name', amount: 'amount' } },
                load: { primary_key: ['id'] },
                columns: [
                  { name: 'id', data_type: 'BIGINT' },
                  { name: 'name', data_type: 'TEXT' },
                  { name: 'amount', data_type: 'NUMERIC(12,2)' },
                ],
              },
            ],
          },
        ],
      }),
      'models/total.sql': "select count(*)::int as n, sum(amount) as amount from {{ ref('sales') }}\n",
    });
    const { pid, ended } = spawnEtlx(root, ['build'], { DATABASE_URL: server.url, NODE_OPTIONS: '--max-old-space-size=128' });
    const peak = await peakUntil(pid, ended);
    const { code, stderr } = await ended;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.values(statusesOf(root))).toEqual(Array(4).fill('success'));
    expect(await server.query('select n, amount::text from large.total')).toEqual([{ n: ROWS, amount: '499750000.00' }]);
    // the heap, and what stands outside of it
    expect(peak ?? 0).toBeLessThan(500_000_000);
  } finally {
    await api.stop();
    await server.stop();
  }
});
