import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of the APIs' records that the shop's tables are made of. */
export interface UserRecord {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly gender: string;
  readonly age: number;
  readonly address: { readonly address: string; readonly city: string; readonly postalCode: string };
}

export interface ProductRecord {
  readonly id: number;
  readonly title: string;
  readonly category: string;
  readonly brand?: string;
  readonly price: number;
}

export interface LineRecord {
  readonly id: number;
  readonly title: string;
  readonly price?: number;
  readonly quantity: number;
  readonly total: number;
  readonly discountedTotal: number;
  readonly thumbnail: string;
}

export interface CartRecord {
  readonly id: number;
  readonly userId: number;
  readonly products: readonly LineRecord[];
  readonly total: number;
  readonly discountedTotal: number;
  readonly totalProducts: number;
  readonly totalQuantity: number;
}

export interface ShopRecords {
  readonly users: readonly UserRecord[];
  readonly carts: readonly CartRecord[];
  readonly products: readonly ProductRecord[];
}

/** Every recorded response of the API `name` under `directory`, parsed, in the order of its pages. */
export function recordedPages<Name extends keyof ShopRecords>(directory: string, name: Name): readonly RecordedPage<Name>[] {
  return readdirSync(join(directory, name))
    .map((file) => JSON.parse(readFileSync(join(directory, name, file), 'utf8')) as RecordedPage<Name>)
    .sort((a, b) => a.skip - b.skip);
}

export type RecordedPage<Name extends keyof ShopRecords> = Pick<ShopRecords, Name> & {
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
};

/** All the records that the responses under `directory` hold. */
export function recordedShop(directory: string): ShopRecords {
  return {
    users: recordedPages(directory, 'users').flatMap((page) => page.users),
    carts: recordedPages(directory, 'carts').flatMap((page) => page.carts),
    products: recordedPages(directory, 'products').flatMap((page) => page.products),
  };
}
