import { EtlxError, failure, type Diagnostic } from '../core/diagnostic';
import { parseYaml } from '../parse/yaml';
import { valueOf } from '../parse/yamlNode';

/** `--vars` as a mapping: YAML, `{page_size: 10}`. Throws EtlxError `usage` or `yaml.syntax`. */
export const varsOf = (text: string | undefined): Readonly<Record<string, unknown>> => mappingOf('--vars', text);

/** The value of a flag that takes YAML as a mapping; without it: an empty one. Throws EtlxError `usage` or `yaml.syntax`. */
export function mappingOf(flag: string, text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text.trim() === '') return {};
  const problems: Diagnostic[] = [];
  const node = parseYaml({ path: flag, text }, (problem) => problems.push(problem));
  if (problems.length > 0) throw new EtlxError(problems);
  const value = node === undefined ? {} : valueOf(node);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw failure('usage', { problem: `\`${flag}\` takes a mapping, found \`${text}\``, hint: `write \`${flag} '{page_size: 10}'\`` });
}
