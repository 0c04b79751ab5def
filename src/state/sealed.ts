import { createHash } from 'node:crypto';

const SEAL = /,"sum":"([0-9a-f]{16})"\}$/;

/** `value` (an object of at least one key) as one line of NDJSON that says by itself whether it is whole: its last key `sum` is a hash of the rest. */
export function sealed(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}\n`;
}

/** The object of a line that `sealed` made; undefined for anything else, such as a line that was cut off or changed. */
export function unsealed(line: string): Readonly<Record<string, unknown>> | undefined {
  const seal = SEAL.exec(line);
  if (seal === null) return undefined;
  const text = `${line.slice(0, seal.index)}}`;
  return sumOf(text) === seal[1] ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : undefined;
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
