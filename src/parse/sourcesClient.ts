import type { Timeout } from '../core/loader';
import { listOf, mapping, mappingOf, optional, required, type Reader, type Text } from './shape';
import { boolean, integer, secretOrFile, seconds, text } from './shapeValues';
import { auth } from './sourcesAuth';
import { paginator } from './sourcesPaginator';

const RETRY = { max_attempts: 4, backoff: 0.5, max_delay: 30 };
const CONNECT_SECONDS = 10;
const TOTAL_SECONDS = 60;
const CONCURRENCY = 4;
/** What a body needs in memory stays below 300 MB then, whatever a server sends. */
const MAX_BYTES = 128 * 1024 * 1024;

const retry = mapping('`retry`', {
  max_attempts: optional(integer(1), RETRY.max_attempts),
  backoff: optional(seconds, RETRY.backoff),
  max_delay: optional(seconds, RETRY.max_delay),
});

const readTimeout = mapping('`timeout`', {
  connect: optional(seconds),
  first_byte: optional(seconds),
  idle: optional(seconds),
  total: optional(seconds, TOTAL_SECONDS),
});

/** A mapping, or the seconds for the whole request; what is not given is bounded by the whole. */
const timeout: Reader<Timeout> = (node, key, report) => {
  if (node.kind !== 'map') {
    const total = seconds(node, key, report);
    return total === undefined ? undefined : timeoutOf(total);
  }
  const read = readTimeout(node, key, report);
  return read && timeoutOf(read.total, read.connect, read.first_byte, read.idle);
};

const timeoutOf = (total: number, connect = CONNECT_SECONDS, firstByte = total, idle = total): Timeout => ({
  connect: Math.min(connect, total),
  firstByte: Math.min(firstByte, total),
  idle: Math.min(idle, total),
  total,
});

/** A text with its place. */
const placed: Reader<Text> = (node, key, report) => {
  const read = text(node, key, report);
  return read === undefined ? undefined : { text: read, at: node.at };
};

/** `client`: what holds for all requests of a source. */
export const client = mapping('`client`', {
  base_url: optional(placed),
  headers: optional(mappingOf(secretOrFile), {}),
  params: optional(mappingOf(secretOrFile), {}),
  auth: optional(auth),
  timeout: optional(timeout, timeoutOf(TOTAL_SECONDS)),
  retry: optional(retry, RETRY),
  concurrency: optional(integer(1), CONCURRENCY),
  rate_limit: optional(mapping('`rate_limit`', { requests: required(integer(1)), per: required(seconds) })),
  max_bytes: optional(integer(1), MAX_BYTES),
  allow_hosts: optional(listOf(text), []),
  allow_private: optional(boolean, false),
  paginator: optional(paginator),
});
