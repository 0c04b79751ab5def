import { moneyOf } from './expectedCents';
import {
  expectedCartDetails,
  expectedCategorySales,
  expectedEnrichedTransactions,
  expectedSeasonSales,
  expectedUserSummaries,
  expectedUserTransactions,
} from './expectedModels';
import type { ShopRecords } from './expectedRecords';
import { expectedLines, expectedProducts, expectedUsers } from './expectedSources';

/** A value as the database answers it: amounts as text with two decimals. */
export type Value = string | number | null;
export type ExpectedRow = Readonly<Record<string, Value>>;

/**
 * What the shop's nine tables must hold for `records`, by table, rows in no particular order.
 * Worked out from the rules in plain TypeScript, with whole cents: nothing of etlx and no SQL has a part in it.
 */
export function expectedTables(records: ShopRecords): Readonly<Record<string, readonly ExpectedRow[]>> {
  const users = expectedUsers(records);
  const products = expectedProducts(records);
  const lines = expectedLines(records);
  return {
    users_table: users,
    products_table: products.map(shown),
    carts_table: lines.map(shown),
    user_transactions: expectedUserTransactions(users, lines).map(shown),
    enriched_transactions: expectedEnrichedTransactions(lines, products).map(shown),
    cart_details: expectedCartDetails(lines).map(shown),
    user_summaries: expectedUserSummaries(users, lines).map(shown),
    category_sales_summary: expectedCategorySales(lines, products).map(shown),
    season_sales: expectedSeasonSales(lines).map(shown),
  };
}

/** The row with its cents, the only bigints in it, as money. */
function shown(row: object): ExpectedRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, Value | bigint]) => [name, typeof value === 'bigint' ? moneyOf(value) : value]),
  );
}
