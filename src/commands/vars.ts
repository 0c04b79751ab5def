import { EtlxError, failure, type Diagnostic } from '../core/diagnostic';
import { parseYaml } from '../parse/yaml';
import { valueOf } from '../parse/yamlNode';

/** `--vars` as a mapping: YAML, `{page_size: 10}`. Throws EtlxError `usage` or `yaml.syntax`. */
export function varsOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text.trim() === '') return {};
  const problems: Diagnostic[] = [];
  const node = parseYaml({ path: '--vars', text }, (problem) => problems.push(problem));
  if (problems.length > 0) throw new EtlxError(problems);
  const value = node === undefined ? {} : valueOf(node);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw failure('usage', { problem: `\`--vars\` takes a mapping, found \`${text}\``, hint: "write `--vars '{page_size: 10}'`" });
}
