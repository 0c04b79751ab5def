import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * The expression with every chain of fields (`record.a.b[0]`) made optional, with null where it ends at something absent.
 *
 * CEL calls an absent field an error; in records of an API it is everyday. `has(record.a)` and calls keep what they mean.
 */
export function nullWhereAbsent(text: string, ast: ASTNode): string {
  const edits: Edit[] = [];
  collect(ast, text, edits, 'whole');
  // from the end, so that earlier offsets stay right
  return edits.sort((a, b) => b.at - a.at).reduce((done, { at, insert }) => done.slice(0, at) + insert + done.slice(at), text);
}

interface Edit {
  readonly at: number;
  readonly insert: string;
}

/** `inner`: a longer chain continues after this node, and ends it. */
function collect(node: ASTNode, text: string, edits: Edit[], place: 'whole' | 'inner'): void {
  if (node.op === '.' || node.op === '[]') {
    const [left, right] = node.args;
    // names of types, as in `google.protobuf.Timestamp`
    if (rootOf(node) === 'google') return;
    edits.push({ at: text.indexOf(node.op === '.' ? '.' : '[', left.end) + 1, insert: '?' });
    if (place === 'whole') edits.push({ at: node.end, insert: '.orValue(null)' });
    if (typeof right !== 'string') collect(right, text, edits, 'whole');
    return collect(left, text, edits, left.op === '.' || left.op === '[]' ? 'inner' : 'whole');
  }
  for (const child of childrenOf(node)) collect(child, text, edits, 'whole');
}

function rootOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  return node.op === '.' || node.op === '[]' ? rootOf(node.args[0]) : undefined;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case 'call':
      return node.args[0] === 'has' ? [] : node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    case '.?':
    case '[?]':
      // who writes optional access says what absence means
      return [];
    default:
      return (node.args as readonly unknown[]).filter((each): each is ASTNode => typeof each === 'object' && each !== null && 'op' in each);
  }
}
