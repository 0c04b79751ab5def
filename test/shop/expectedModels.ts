import { rounded } from './expectedCents';
import type { LineRow, ProductRow, UserRow } from './expectedSources';

const ofLines = (lines: readonly LineRow[]): number => lines.reduce((sum, line) => sum + line.quantity, 0);

const ofAmounts = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

/** The value of each cart that has a line, by cart. */
const cartValues = (lines: readonly LineRow[]): ReadonlyMap<number, bigint> =>
  new Map(lines.map((line) => [line.cart_id, line.total_cart_value]));

/** `user_transactions`: every line with its user. */
export function expectedUserTransactions(users: readonly UserRow[], lines: readonly LineRow[]) {
  const byId = new Map(users.map((user) => [user.user_id, user]));
  return lines.map(({ user_id, cart_id, product_id, quantity, price, total_cart_value }) => {
    const { first_name, last_name, gender, age, street, city, postal_code } = byId.get(user_id)!;
    return {
      user_id,
      cart_id,
      first_name,
      last_name,
      gender,
      age,
      street,
      city,
      postal_code,
      product_id,
      quantity,
      price,
      total_cart_value,
    };
  });
}

/** `enriched_transactions`: every line with what is known of its product. */
export function expectedEnrichedTransactions(lines: readonly LineRow[], products: readonly ProductRow[]) {
  const byId = new Map(products.map((product) => [product.product_id, product]));
  return lines.map(({ cart_id, user_id, product_id, quantity, price, total_cart_value }) => {
    const product = byId.get(product_id);
    return {
      cart_id,
      user_id,
      product_id,
      quantity,
      price: price ?? product?.price ?? null,
      total_cart_value,
      product_name: product?.name ?? null,
      category: product?.category ?? null,
      brand: product?.brand ?? null,
    };
  });
}

/** `cart_details`: every line, nothing personal. */
export function expectedCartDetails(lines: readonly LineRow[]) {
  return lines.map(({ cart_id, user_id, product_id, quantity, price, total_cart_value }) => ({
    cart_id,
    user_id,
    product_id,
    quantity,
    price,
    total_cart_value,
  }));
}

/** `user_summaries`: the average is rounded to three places first, then to the two that the column keeps. */
export function expectedUserSummaries(users: readonly UserRow[], lines: readonly LineRow[]) {
  return users.flatMap(({ user_id, first_name, age, city }) => {
    const own = lines.filter((line) => line.user_id === user_id);
    if (own.length === 0) return [];
    const carts = cartValues(own);
    const thousandths = rounded(10n * ofAmounts(own.map((line) => line.total_cart_value)), BigInt(own.length));
    return [
      {
        user_id,
        first_name,
        total_spend: rounded(thousandths, 10n),
        total_items: ofLines(own),
        age,
        city,
        cart_count: carts.size,
        lifetime_spend: ofAmounts([...carts.values()]),
      },
    ];
  });
}

/** `category_sales_summary`: lines whose product is known and has a category. */
export function expectedCategorySales(lines: readonly LineRow[], products: readonly ProductRow[]) {
  const byId = new Map(products.map((product) => [product.product_id, product]));
  const categories = new Set(products.map((product) => product.category));
  return [...categories].flatMap((category) => {
    const own = lines.filter((line) => byId.has(line.product_id) && byId.get(line.product_id)!.category === category);
    if (category === null || own.length === 0) return [];
    return [
      {
        category,
        total_sales: rounded(ofAmounts(own.map((line) => line.total_cart_value)), BigInt(own.length)),
        total_items_sold: ofLines(own),
        gross_sales: ofAmounts(own.map((line) => BigInt(line.quantity) * (line.price ?? byId.get(line.product_id)!.price))),
      },
    ];
  });
}

/** `season_sales`: one row, whatever was sold. */
export function expectedSeasonSales(lines: readonly LineRow[]) {
  const carts = cartValues(lines);
  return [
    {
      buyers: new Set(lines.map((line) => line.user_id)).size,
      carts: carts.size,
      items: ofLines(lines),
      total_sales: ofAmounts([...carts.values()]),
    },
  ];
}
