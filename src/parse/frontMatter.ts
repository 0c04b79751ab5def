/** The YAML head of a model: `---`, lines of YAML, `---`. Offsets are in characters of the file, from 0. */
export interface FrontMatter {
  readonly yaml: string;
  readonly yamlOffset: number;
  /** Where the SQL begins, behind the line of the second `---`. */
  readonly bodyOffset: number;
}

/**
 * The front matter that `text` begins with, or undefined when it has none. A first line `---` that no other one closes is what SQL
 * takes it for, a comment, and so are lines between the two that all begin with `--`.
 */
export function frontMatterOf(text: string): FrontMatter | undefined {
  const open = /^\ufeff?---[ \t]*\r?\n/.exec(text)?.[0];
  if (open === undefined) return undefined;
  const closing = /^---[ \t]*(?:\r?\n|$)/gm;
  closing.lastIndex = open.length;
  const close = closing.exec(text);
  if (close === null) return undefined;
  const yaml = text.slice(open.length, close.index);
  if (/^\s*--/.test(yaml) && yaml.split('\n').every((line) => /^\s*(?:--|$)/.test(line))) return undefined;
  return { yaml, yamlOffset: open.length, bodyOffset: close.index + close[0].length };
}
