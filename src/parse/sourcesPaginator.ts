import type { Paginator } from '../core/loader';
import { isNothing, mapping, optional, required, type Reader } from './shape';
import { integer, oneOf, path, text } from './shapeValues';
import type { YamlNode } from './yamlNode';

const TYPES = ['single_page', 'offset'] as const;
const type = required(oneOf(TYPES));

const readSinglePage = mapping('the paginator `single_page`', { type });
const readOffset = mapping('the paginator `offset`', {
  type,
  limit: required(integer(1)),
  limit_param: optional(text, 'limit'),
  offset_param: optional(text, 'offset'),
  total_path: optional(path, 'total'),
});

/** How an API pages: `{type: offset, limit: 30}`, or the name alone for one that needs no more: `single_page`. */
export const paginator: Reader<Paginator> = (node, key, report) => {
  if (node.kind !== 'map') return oneOf(['single_page'] as const)(node, key, report) && { type: 'single_page' };
  if (scalarAt(node, 'type')?.text !== 'offset') return readSinglePage(node, key, report) && { type: 'single_page' };
  const read = readOffset(node, key, report);
  if (read === undefined) return undefined;
  const offset: Paginator = { type: 'offset', limit: read.limit, limitParam: read.limit_param, offsetParam: read.offset_param };
  const announcesNone = scalarAt(node, 'total_path')?.nothing === true;
  return announcesNone ? offset : { ...offset, totalPath: read.total_path };
};

function scalarAt(node: YamlNode, key: string): { readonly text: string; readonly nothing: boolean } | undefined {
  const value = node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
  return value?.kind === 'scalar' ? { text: value.text, nothing: isNothing(value) } : undefined;
}
