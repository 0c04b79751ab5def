import { join } from 'node:path';
import { buildShop } from '../support/etlx';
import { sortedRows } from '../support/rows';
import { expectedTables, type ExpectedRow } from './expected';
import { expectedDeclarations } from './expectedDeclarations';
import { recordedShop } from './expectedRecords';

const expected = expectedTables(recordedShop(join(__dirname, '../../recordings/shop')));
const tables = Object.keys(expectedDeclarations);

describe('the shop, built from its recorded responses', () => {
  let shop: Awaited<ReturnType<typeof buildShop>>;
  beforeAll(async () => {
    shop = await buildShop();
  }, 120_000);
  afterAll(() => shop?.close());

  test('the build goes well', () => {
    expect(shop.built).toMatchObject({ code: 0 });
  });

  test('every table has an expectation', () => {
    expect(Object.keys(expected).sort()).toEqual([...tables].sort());
  });

  test.each(tables)('%s holds exactly the rows that the rules give', async (table) => {
    const rows = (await shop.query(`select * from shop.${table}`)) as readonly ExpectedRow[];
    expect(sortedRows(rows)).toEqual(sortedRows(expected[table]!));
  });

  test.each(tables)('%s has the declared columns, types and primary key', async (table) => {
    const columns = await shop.query(`
      select attname as name, format_type(atttypid, atttypmod) as type
      from pg_attribute
      where attrelid = 'shop.${table}'::regclass and attnum > 0 and not attisdropped
      order by attnum`);
    const key = await shop.query(`
      select attribute.attname as name
      from pg_index as index
      cross join lateral unnest(index.indkey) with ordinality as part (attnum, position)
      join pg_attribute as attribute on attribute.attrelid = index.indrelid and attribute.attnum = part.attnum
      where index.indrelid = 'shop.${table}'::regclass and index.indisprimary
      order by part.position`);
    expect(columns.map(({ name, type }) => [name, type])).toEqual(Object.entries(expectedDeclarations[table]!.columns));
    expect(key.map(({ name }) => name)).toEqual(expectedDeclarations[table]!.primaryKey);
  });
});
