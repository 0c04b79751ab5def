import { diagnose } from '../core/diagnostic';
import type { PagingPlace, Paginator } from '../core/loader';
import { isNothing, mapping, optional, required, type Fields, type Reader, type Shaped } from './shape';
import { integer, oneOf, path, text } from './shapeValues';
import type { YamlNode } from './yamlNode';

const TYPES = ['single_page', 'offset', 'page_number', 'cursor', 'json_link', 'header_link'] as const;
type Type = (typeof TYPES)[number];

const type = required(oneOf(TYPES));
const total_path = optional(path);

const SHAPES = {
  single_page: { type, total_path },
  offset: {
    type,
    limit: required(integer(1)),
    limit_param: optional(text, 'limit'),
    offset_param: optional(text, 'offset'),
    limit_body_path: optional(path),
    offset_body_path: optional(path),
    total_path: optional(path, 'total'),
  },
  page_number: {
    type,
    base_page: optional(integer(0), 0),
    page_param: optional(text, 'page'),
    page_body_path: optional(path),
    total_path,
    total_pages_path: optional(path),
  },
  cursor: { type, cursor_path: required(path), cursor_param: optional(text, 'cursor'), cursor_body_path: optional(path), total_path },
  json_link: { type, next_url_path: required(path), total_path },
  header_link: { type, links_next_key: optional(text, 'next'), total_path },
} satisfies Readonly<Record<Type, Fields>>;

const READERS: { readonly [K in Type]: Reader<Shaped<(typeof SHAPES)[K]>> } = {
  single_page: mapping('the paginator `single_page`', SHAPES.single_page),
  offset: mapping('the paginator `offset`', SHAPES.offset),
  page_number: mapping('the paginator `page_number`', SHAPES.page_number),
  cursor: mapping('the paginator `cursor`', SHAPES.cursor),
  json_link: mapping('the paginator `json_link`', SHAPES.json_link),
  header_link: mapping('the paginator `header_link`', SHAPES.header_link),
};

/** Those that need nothing but their name. */
const BARE = ['single_page', 'header_link', 'page_number'] as const;

/** How an API pages: `{type: offset, limit: 30}`, or the name alone for one that needs no more: `single_page`. */
export const paginator: Reader<Paginator> = (node, key, report) => {
  if (node.kind !== 'map') {
    const bare = oneOf(BARE)(node, key, report);
    return bare && paginator({ kind: 'map', entries: [{ key: 'type', keyAt: node.at, value: node }], at: node.at }, key, report);
  }
  const named = valueAt(node, 'type');
  const known = named?.kind === 'scalar' ? TYPES.find((each) => each === named.text) : undefined;
  if (named === undefined || known === undefined) {
    if (named === undefined) report(diagnose('config.missing-key', { key: 'type', where: 'a paginator' }, node.at));
    else type.read(named, 'type', report);
    return undefined;
  }
  // `total_path: null` says that the API announces none
  const announced = valueAt(node, 'total_path');
  return read(known, node, announced !== undefined && isNothing(announced), key, report);
};

function read(
  known: Type,
  node: YamlNode,
  announcesNone: boolean,
  key: string,
  report: Parameters<Reader<unknown>>[2],
): Paginator | undefined {
  const total = (totalPath: string | undefined) => (announcesNone || totalPath === undefined ? {} : { totalPath });
  switch (known) {
    case 'single_page': {
      const read = READERS.single_page(node, key, report);
      return read && { type: known, ...total(read.total_path) };
    }
    case 'offset': {
      const read = READERS.offset(node, key, report);
      const limitAt = read && placeOf(read.limit_param, read.limit_body_path);
      const offsetAt = read && placeOf(read.offset_param, read.offset_body_path);
      return read && { type: known, limit: read.limit, limitAt: limitAt!, offsetAt: offsetAt!, ...total(read.total_path) };
    }
    case 'page_number': {
      const read = READERS.page_number(node, key, report);
      const pages = read?.total_pages_path === undefined ? {} : { totalPagesPath: read.total_pages_path };
      return (
        read && {
          type: known,
          base: read.base_page,
          pageAt: placeOf(read.page_param, read.page_body_path),
          ...total(read.total_path),
          ...pages,
        }
      );
    }
    case 'cursor': {
      const read = READERS.cursor(node, key, report);
      return (
        read && {
          type: known,
          cursorPath: read.cursor_path,
          cursorAt: placeOf(read.cursor_param, read.cursor_body_path),
          ...total(read.total_path),
        }
      );
    }
    case 'json_link': {
      const read = READERS.json_link(node, key, report);
      return read && { type: known, nextUrlPath: read.next_url_path, ...total(read.total_path) };
    }
    case 'header_link': {
      const read = READERS.header_link(node, key, report);
      return read && { type: known, rel: read.links_next_key, ...total(read.total_path) };
    }
  }
}

const placeOf = (param: string, bodyPath: string | undefined): PagingPlace => (bodyPath === undefined ? { param } : { bodyPath });

const valueAt = (node: YamlNode, key: string): YamlNode | undefined =>
  node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
