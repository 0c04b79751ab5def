import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { centsOf } from './expectedCents';
import { recordedPages, recordedShop, type LineRecord } from './expectedRecords';

const directory = join(__dirname, '../../recordings/shop');
const shop = recordedShop(directory);
const text = (['users', 'carts', 'products'] as const)
  .flatMap((name) => readdirSync(join(directory, name)).map((file) => readFileSync(join(directory, name, file), 'utf8')))
  .join('\n');

const cart = (id: number) => shop.carts.find((each) => each.id === id)!;
const user = (id: number) => shop.users.find((each) => each.id === id)!;
const product = (id: number) => shop.products.find((each) => each.id === id)!;
const lines = shop.carts.flatMap((each) => each.products);
const linesOf = (id: number) => lines.filter((line) => line.id === id);
const productIds = new Set(shop.products.map((each) => each.id));
const userIds = new Set(shop.users.map((each) => each.id));
const cents = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + centsOf(amount), 0n);
const grouped = <T>(items: readonly T[], keyOf: (item: T) => number): readonly (readonly T[])[] =>
  [...new Set(items.map(keyOf))].map((key) => items.filter((item) => keyOf(item) === key));
const priceOf = (line: LineRecord) => line.price ?? product(line.id).price;

describe('the recorded responses', () => {
  test.each(['users', 'carts', 'products'] as const)('%s come in pages of 30 that announce what they hold', (name) => {
    const pages = recordedPages(directory, name);
    const records = pages.flatMap((page) => page[name] as readonly { readonly id: number }[]);
    expect(pages.map((page) => page.skip)).toEqual([0, 30, 60]);
    expect(pages.map((page) => page.limit)).toEqual(pages.map((page) => page[name].length));
    expect(pages.map((page) => page.total)).toEqual(pages.map(() => records.length));
    expect(new Set(records.map((record) => record.id)).size).toBe(records.length);
  });

  test('every sum adds up to the cent', () => {
    for (const line of lines) expect(centsOf(line.total)).toBe(centsOf(priceOf(line)) * BigInt(line.quantity));
    for (const each of shop.carts) {
      expect(centsOf(each.total)).toBe(cents(each.products.map((line) => line.total)));
      expect(centsOf(each.discountedTotal)).toBe(cents(each.products.map((line) => line.discountedTotal)));
      expect(each.totalProducts).toBe(each.products.length);
      expect(each.totalQuantity).toBe(each.products.reduce((sum, line) => sum + line.quantity, 0));
    }
  });

  test('some users and products are only in carts', () => {
    const users = shop.carts.map((each) => each.userId).filter((id) => !userIds.has(id));
    expect([...new Set(users)].sort((a, b) => a - b)).toEqual([101, 102, 103, 900, 2147483647]);
    expect(users.length).toBeGreaterThan(new Set(users).size);
    const mentioned = lines.filter((line) => !productIds.has(line.id));
    expect([...new Set(mentioned.map((line) => line.id))].sort()).toEqual([201, 202, 203, 204, 205, 206, 207, 208, 209]);
    expect(mentioned.some((line) => line.thumbnail.includes('/images/'))).toBe(true);
    expect(mentioned.some((line) => line.thumbnail.includes('/product-images/'))).toBe(true);
    expect(linesOf(206).some((line) => line.thumbnail.includes('images/'))).toBe(false);
    expect([201, 203, 204, 205, 207, 208, 209].map((id) => linesOf(id)[0]!.price)).toEqual([89.9, 50, 49.99, 50.01, 51, 48, 50]);
    expect([207, 208].map((id) => linesOf(id).at(-1)!.price)).toEqual([49, 52]);
    expect(new Set(linesOf(201).map((line) => line.title)).size).toBe(2);
    expect(shop.products.some((each) => each.category === 'musical-instruments')).toBe(false);
  });

  test('users have several carts, some of one value, and some carts are empty', () => {
    expect(grouped(shop.carts, (each) => each.userId).filter((carts) => carts.length > 1)).toHaveLength(19);
    expect([10, 11, 12].map((id) => `user ${cart(id).userId}: ${cart(id).total}`)).toEqual(['user 6: 149', 'user 6: 149', 'user 7: 149']);
    expect(shop.carts.filter((each) => each.products.length === 0).map((each) => each.userId)).toEqual([30, 900]);
    expect(shop.carts.filter((each) => each.userId === 30 || each.userId === 900)).toHaveLength(2);
  });

  test('products stand several times in a cart', () => {
    const repeats = (id: number) => grouped(cart(id).products, (line) => line.id).filter((same) => same.length > 1);
    const quantities = (id: number) => repeats(id).map((same) => same.map((line) => line.quantity));
    for (const id of [7, 33]) for (const [first, second] of repeats(id)) expect(second).toEqual(first);
    expect([7, 33].map(quantities)).toEqual([[[1, 1]], [[1, 1]]]);
    expect([21, 40, 52].map(quantities)).toEqual([[[2, 3]], [[4, 1]], [[1, 2, 1]]]);
  });

  test('catalogue and carts disagree', () => {
    const inCart = (cartId: number, productId: number) => cart(cartId).products.find((line) => line.id === productId)!;
    expect([product(12).price, inCart(46, 12).price]).toEqual([45, 55]);
    expect([product(13).price, inCart(47, 13).price]).toEqual([60, 40]);
    expect(inCart(48, 14).title).not.toBe(product(14).title);
    expect(lines.filter((line) => line.price === undefined).map((line) => line.id)).toEqual([24]);
    expect(linesOf(58)).toEqual([]);
    expect(shop.carts.filter((each) => each.userId === 13).map((each) => each.products.map(priceOf))).toEqual([[42, 6.4, 22.1]]);
  });

  test('prices lie at and around 50 and keep their trailing zeros', () => {
    for (const written of ['"price":49.99,', '"price":50,', '"price":50.0,', '"price":50.00,', '"price":50.01,', '"price":19.90,'])
      expect(text).toContain(written);
    expect(shop.products.filter((each) => each.brand === undefined)).toHaveLength(18);
    expect(product(18).brand).toBe('');
  });

  test("rounding user 4's average to three places first changes its cents", () => {
    const own = shop.carts.filter((each) => each.userId === 4);
    const sum = own.reduce((all, each) => all + centsOf(each.total) * BigInt(each.products.length), 0n);
    const count = BigInt(own.reduce((all, each) => all + each.products.length, 0));
    expect((sum % count) * 100n).toBeGreaterThanOrEqual(45n * count);
    expect((sum % count) * 100n).toBeLessThan(50n * count);
  });

  test('names and addresses hold what breaks careless code', () => {
    expect([8, 10, 12].map((id) => user(id).lastName)).toEqual(['', 'Null', 'da Silva, Jr.']);
    expect([user(2).lastName, user(3).firstName, user(40).address.postalCode]).toEqual(["O'Hara", 'Zoë "Zed"', '']);
    expect(user(9).address.address).toContain('\n');
    expect(text).toContain('"J\\u00fcrgen"');
    for (const script of ['Arabic', 'Cyrillic', 'Georgian', 'Greek', 'Han', 'Hangul', 'Hiragana']) {
      expect(
        shop.users.some((each) => new RegExp(`\\p{Script=${script}}`, 'u').test(each.firstName + each.address.address + each.address.city)),
      ).toBe(true);
    }
    expect(shop.users.filter((each) => each.address.postalCode.startsWith('0')).length).toBeGreaterThan(5);
  });
});
