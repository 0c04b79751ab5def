import { diagnose, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { readFast } from './yamlFast';
import { readFull } from './yamlFull';
import type { YamlNode } from './yamlNode';

/** Nobody writes so many characters; a file that was put there by mistake, or by somebody else, must not take minutes and gigabytes. */
const MOST_CHARACTERS = 10_000_000;

/**
 * Reads one YAML document (YAML 1.2, core schema: `no` is a text) into a tree in which every key and value knows its place. An empty text
 * is null. Undefined when the text cannot be read; every problem (`yaml.syntax`, `yaml.duplicate-key`) goes to `report`, nothing is thrown.
 * `firstLine`: the line of the file that the text begins on, for front matter.
 */
export function parseYaml(file: TextFile, report: Report, firstLine = 1): YamlNode | undefined {
  const text = file.text.startsWith('\ufeff') ? file.text.slice(1) : file.text;
  if (text.length > MOST_CHARACTERS) {
    const problem = `it has ${text.length} characters, ${MOST_CHARACTERS} are read`;
    report(diagnose('yaml.syntax', { problem }, { file: file.path, line: firstLine, column: 1, length: 1 }));
    return undefined;
  }
  return readFast(file.path, text, firstLine) ?? readFull(file.path, text, firstLine, report);
}
