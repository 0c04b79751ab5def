import { centsOf } from './expectedCents';
import type { CartRecord, LineRecord, ProductRecord, ShopRecords, UserRecord } from './expectedRecords';

/** Rows as the tables have them, save that amounts are whole cents (the only bigints). */
export type UserRow = Readonly<Record<'first_name' | 'last_name' | 'gender' | 'street' | 'city' | 'postal_code', string | null>> & {
  readonly user_id: number;
  readonly age: number | null;
};

export interface ProductRow {
  readonly product_id: number;
  readonly name: string;
  readonly category: string | null;
  readonly brand: string | null;
  readonly price: bigint;
}

export interface LineRow {
  readonly cart_id: number;
  readonly product_id: number;
  readonly user_id: number;
  readonly quantity: number;
  readonly price: bigint | null;
  readonly total_cart_value: bigint;
}

/** `users_table`: the API's users, then whoever only a cart mentions. */
export function expectedUsers({ users, carts }: ShopRecords): readonly UserRow[] {
  const known = new Map<number, UserRow>(users.map((user) => [user.id, userRow(user)]));
  for (const { userId } of carts) if (!known.has(userId)) known.set(userId, strangerRow(userId));
  return [...known.values()];
}

function userRow({ id, firstName, lastName, gender, age, address }: UserRecord): UserRow {
  return {
    user_id: id,
    first_name: firstName,
    last_name: lastName,
    gender,
    age,
    street: address.address,
    city: address.city,
    postal_code: address.postalCode,
  };
}

function strangerRow(id: number): UserRow {
  return { user_id: id, first_name: null, last_name: null, gender: null, age: null, street: null, city: null, postal_code: null };
}

/** `products_table`: the API's products, then those that only a cart mentions (its first mention counts); above 50 only. */
export function expectedProducts({ products, carts }: ShopRecords): readonly ProductRow[] {
  const known = new Map<number, ProductRow | undefined>(products.map((product) => [product.id, productRow(product)]));
  for (const line of carts.flatMap((cart) => cart.products)) if (!known.has(line.id)) known.set(line.id, mentionedRow(line));
  return [...known.values()].filter((row): row is ProductRow => row !== undefined && row.price > 5000n);
}

function productRow({ id, title, category, brand, price }: ProductRecord): ProductRow {
  return { product_id: id, name: title, category, brand: brand ?? null, price: centsOf(price) };
}

function mentionedRow({ id, title, price, thumbnail }: LineRecord): ProductRow | undefined {
  if (price === undefined) return undefined;
  return { product_id: id, name: title, category: folderOf(thumbnail), brand: null, price: centsOf(price) };
}

/** The folder below `images` or `product-images` in a thumbnail's address. */
function folderOf(thumbnail: string): string | null {
  const folders = thumbnail.split('/').slice(0, -1);
  const parent = folders.findIndex((folder) => folder === 'images' || folder === 'product-images');
  return parent < 0 ? null : (folders[parent + 1] ?? null);
}

/** `carts_table`: one row per product of a cart, in which a product that is listed again only adds its quantity. */
export function expectedLines({ carts }: ShopRecords): readonly LineRow[] {
  return carts.flatMap((cart) => {
    const lines = new Map<number, LineRow>();
    for (const line of cart.products) {
      const earlier = lines.get(line.id);
      lines.set(line.id, earlier === undefined ? lineRow(cart, line) : { ...earlier, quantity: earlier.quantity + line.quantity });
    }
    return [...lines.values()];
  });
}

function lineRow(cart: CartRecord, line: LineRecord): LineRow {
  return {
    cart_id: cart.id,
    product_id: line.id,
    user_id: cart.userId,
    quantity: line.quantity,
    price: line.price === undefined ? null : centsOf(line.price),
    total_cart_value: centsOf(cart.total),
  };
}
