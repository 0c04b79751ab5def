import { Environment, type ASTNode } from '@marcbachmann/cel-js';

const LANGUAGE = new Environment({ enableOptionalTypes: true });
const ACCESS: ReadonlySet<string> = new Set(['.', '[]', '.?', '[?]']);

/** The fields that the CEL expression `text` reads of the variable `of` by their names: `a` for `record.a.b > 0`. None where it cannot be parsed. */
export function fieldsRead(text: string, of: string): readonly string[] {
  const fields = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!isNode(node)) return;
    const [left, right] = ACCESS.has(node.op) ? (node.args as readonly unknown[]) : [];
    const field = nameOf(right);
    if (isNode(left) && left.op === 'id' && left.args === of && field !== undefined) fields.add(field);
    visit(node.args);
  };
  try {
    visit(LANGUAGE.parse(text).ast);
  } catch {
    // what is wrong with an expression is told where it is compiled
  }
  return [...fields];
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** `a` of `record.a` is a text, that of `record['a']` a node. */
function nameOf(key: unknown): string | undefined {
  const name: unknown = isNode(key) && key.op === 'value' ? key.args : key;
  return typeof name === 'string' ? name : undefined;
}
