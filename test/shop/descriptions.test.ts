import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expectedDeclarations } from './expectedDeclarations';

interface Described {
  readonly name: string;
  readonly description?: string;
  readonly columns: readonly { readonly name: string; readonly description?: string }[];
}

const root = join(__dirname, '../..');
const models = readdirSync(join(root, 'models'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => (parse(readFileSync(join(root, 'models', file), 'utf8')) as { readonly models: readonly Described[] }).models);
const { sources } = parse(readFileSync(join(root, 'sources/shop.yaml'), 'utf8')) as {
  readonly sources: readonly { readonly tables: readonly Described[] }[];
};
const described = new Map([...sources.flatMap((source) => source.tables), ...models].map((table) => [table.name, table]));

test.each(Object.entries(expectedDeclarations))('%s and each of its columns have a description', (name, declared) => {
  const table = described.get(name);
  expect(table?.description?.length).toBeGreaterThan(20);
  expect(table?.columns.map((column) => column.name)).toEqual(Object.keys(declared.columns));
  expect(table?.columns.filter((column) => (column.description?.length ?? 0) < 10)).toEqual([]);
});

test.each([
  ['user_summaries', 'total_spend', 'lifetime_spend'],
  ['category_sales_summary', 'total_sales', 'gross_sales'],
])('%s.%s says that it is an average, and which column is the total', (name, column, total) => {
  const text = described.get(name)?.columns.find((each) => each.name === column)?.description;
  expect(text).toMatch(/NOT a total: the average/);
  expect(text).toContain(`\`${total}\``);
});
