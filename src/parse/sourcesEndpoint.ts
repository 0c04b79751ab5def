import { diagnose } from '../core/diagnostic';
import type { ResponseAction } from '../core/loader';
import { listOf, mapping, mappingOf, optional, required, type Fields, type Reader, type Shaped } from './shape';
import { integer, oneOf, path, secretOrFile, text, value } from './shapeValues';
import { auth } from './sourcesAuth';
import { isGiven } from './sourcesGiven';
import { paginator } from './sourcesPaginator';

const readAction = mapping('a response action', {
  status_code: optional(integer(100)),
  content: optional(text),
  action: required(oneOf(['ignore', 'retry', 'fail'] as const)),
});

/** `{status_code: 404, action: ignore}`; without a condition it would hold for every response. */
const responseAction: Reader<ResponseAction> = (node, key, report) => {
  const read = readAction(node, key, report);
  if (read === undefined) return undefined;
  const { status_code: statusCode, content, action } = read;
  if (statusCode === undefined && content === undefined) {
    if (!isGiven(node, 'status_code') && !isGiven(node, 'content')) {
      report(diagnose('config.missing-key', { key: 'status_code` or `content', where: `\`${key}\`` }, node.at));
    }
    return undefined;
  }
  return { ...(statusCode !== undefined && { statusCode }), ...(content !== undefined && { content }), action };
};

/** A dotted path, or an empty text for the body itself. */
const selector: Reader<string> = (node, key, report) => (node.kind === 'scalar' && node.value === '' ? '' : path(node, key, report));

const FIELDS = {
  path: optional(text),
  method: optional(oneOf(['GET', 'POST'] as const)),
  params: optional(mappingOf(secretOrFile), {}),
  headers: optional(mappingOf(secretOrFile), {}),
  json: optional(value),
  auth: optional(auth),
  data_selector: optional(selector),
  format: optional(oneOf(['json', 'ndjson', 'csv'] as const)),
  paginator: optional(paginator),
  response_actions: optional(listOf(responseAction)),
} satisfies Fields;

/** How one resource is asked for, as far as it is said. */
export type Endpoint = Partial<Shaped<typeof FIELDS>>;

const readEndpoint = mapping('an endpoint', FIELDS);

/** A mapping, or the path alone. */
export const endpoint: Reader<Endpoint> = (node, key, report) => {
  if (node.kind !== 'map') {
    const only = text(node, key, report);
    return only === undefined ? undefined : { path: only };
  }
  const read = readEndpoint(node, key, report);
  if (read?.json !== undefined && read.method !== 'POST') {
    const at = node.entries.find((entry) => entry.key === 'json')?.keyAt ?? node.at;
    report(diagnose('config.invalid', { problem: '`json` is the body of a POST', hint: 'add `method: POST`' }, at));
  }
  return read;
};
