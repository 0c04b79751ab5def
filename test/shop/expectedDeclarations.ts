/** How the database must have declared each table: columns with PostgreSQL's names of their types, in order, and the primary key. */
export interface Declaration {
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
}

const int = 'integer';
const text = 'character varying(255)';
const money = 'numeric(10,2)';
const person = {
  first_name: text,
  last_name: text,
  gender: 'character varying(50)',
  age: int,
  street: text,
  city: text,
  postal_code: 'character varying(20)',
};

export const expectedDeclarations: Readonly<Record<string, Declaration>> = {
  users_table: { columns: { user_id: int, ...person }, primaryKey: ['user_id'] },
  products_table: { columns: { product_id: int, name: text, category: text, brand: text, price: money }, primaryKey: ['product_id'] },
  carts_table: {
    columns: { cart_id: int, product_id: int, user_id: int, quantity: int, price: money, total_cart_value: money },
    primaryKey: ['cart_id', 'product_id'],
  },
  user_transactions: {
    columns: { user_id: int, cart_id: int, ...person, product_id: int, quantity: int, price: money, total_cart_value: money },
    primaryKey: ['user_id', 'cart_id', 'product_id'],
  },
  enriched_transactions: {
    columns: {
      cart_id: int,
      user_id: int,
      product_id: int,
      quantity: int,
      price: money,
      total_cart_value: money,
      product_name: text,
      category: text,
      brand: text,
    },
    primaryKey: ['cart_id', 'product_id'],
  },
  user_summaries: {
    columns: {
      user_id: int,
      first_name: text,
      total_spend: money,
      total_items: int,
      age: int,
      city: text,
      cart_count: int,
      lifetime_spend: 'numeric(12,2)',
    },
    primaryKey: ['user_id'],
  },
  cart_details: {
    columns: { cart_id: int, user_id: int, product_id: int, quantity: int, price: money, total_cart_value: money },
    primaryKey: ['cart_id', 'product_id'],
  },
  category_sales_summary: {
    columns: { category: text, total_sales: money, total_items_sold: int, gross_sales: 'numeric(14,2)' },
    primaryKey: ['category'],
  },
  season_sales: { columns: { buyers: int, carts: int, items: int, total_sales: 'numeric(14,2)' }, primaryKey: [] },
};
