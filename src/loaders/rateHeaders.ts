import type { HttpResponse } from './fetcher';

type Headers = HttpResponse['headers'];

/** What a server says about how often it may be asked: requests left, and the seconds until there are more. */
export interface Allowance {
  readonly left: number;
  readonly seconds: number;
}

/** Seconds from a `Retry-After` header: a number of them, or a date (RFC 9110 §10.2.3); undefined for anything else. */
export function retryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) || /^[-+\d.]/.test(header.trim()) ? undefined : Math.max(0, (date - now.getTime()) / 1000);
}

/**
 * The allowance that an answer's headers announce: `RateLimit: "name";r=0;t=30` and `RateLimit: limit=…, remaining=0, reset=30`
 * (draft-ietf-httpapi-ratelimit-headers, from 08 and before), `RateLimit-Remaining` and `-Reset`, and the same with `X-`, whose reset is
 * seconds, or a time in seconds or milliseconds since 1970. Of several policies the scarcest counts.
 */
export function allowanceOf(headers: Headers, now: Date): Allowance | undefined {
  const combined = headers.ratelimit;
  if (combined !== undefined) {
    const policies = combined.includes('remaining=') ? [combined] : combined.split(',');
    const read = policies
      .map((policy) => allowance(/\b(?:r|remaining)=(\d+)/.exec(policy)?.[1], /\b(?:t|reset)=(\d+)/.exec(policy)?.[1], now))
      .filter((each) => each !== undefined);
    if (read.length > 0) return read.reduce((least, each) => (each.left < least.left ? each : least));
  }
  return (
    allowance(headers['ratelimit-remaining'], headers['ratelimit-reset'], now) ??
    allowance(headers['x-ratelimit-remaining'], headers['x-ratelimit-reset'], now)
  );
}

/** How long an answer asks to wait before the same request comes again; undefined when it does not say. */
export function secondsToWait(response: HttpResponse | undefined, now: Date): number | undefined {
  if (response === undefined) return undefined;
  const after = retryAfter(response.headers['retry-after'], now);
  if (after !== undefined) return after;
  const allowed = response.status === 429 ? allowanceOf(response.headers, now) : undefined;
  return allowed?.left === 0 ? allowed.seconds : undefined;
}

/** No allowance lasts so many seconds: a larger number is a time. */
const LONGEST_SECONDS = 1e9;
const LONGEST_TIME_SECONDS = 1e11;

function allowance(remaining: string | undefined, reset: string | undefined, now: Date): Allowance | undefined {
  if (remaining === undefined || reset === undefined || !/^\d+$/.test(remaining.trim()) || !/^\d+(?:\.\d+)?$/.test(reset.trim()))
    return undefined;
  const value = Number(reset);
  const time = value > LONGEST_TIME_SECONDS ? value / 1000 : value;
  const seconds = value > LONGEST_SECONDS ? time - now.getTime() / 1000 : value;
  return { left: Number(remaining), seconds: Math.max(0, seconds) };
}
