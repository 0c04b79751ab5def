import { diagnose, type Report } from '../core/diagnostic';
import type { Text } from '../parse/shape';
import { textOf } from '../parse/calls';
import { parseTemplate } from '../parse/template';
import { versionIn } from './links';
import { isNamed, type Named, type Names } from './names';

/**
 * What `ref('a')` or `source('a', 'b')` means as the value of `key` in a YAML file; undefined, and reported, when it means nothing or is something
 * else than what is `expected`.
 */
export function namedBy(
  { text, at }: Text,
  key: string,
  expected: string,
  { names, report }: { readonly names: Names; readonly report: Report },
): Named | undefined {
  const { calls, valid } = parseTemplate({ file: at.file, text: `{{${text}}}`, origin: { ...at, column: at.column - 2 } }, report);
  if (!valid) return undefined;
  const [call] = calls;
  const words = (call?.args ?? []).flatMap((arg) => textOf(arg) ?? []);
  const version = call && versionIn(call);
  if (call === undefined || version === null || words.length === 0 || words.length > 2 || (call.name !== 'ref' && call.name !== 'source')) {
    report(diagnose('config.type', { key, expected, found: `the text \`${text}\`` }, at));
    return undefined;
  }
  const found = names[call.name](words, at, version);
  if (isNamed(found)) return found;
  report(found);
  return undefined;
}
