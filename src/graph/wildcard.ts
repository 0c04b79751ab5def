/** Whether `pattern` is more than a plain text; dbt lets `]` count as well. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[\]]/.test(pattern);
}

/** Shell wildcards over a whole text, as Python's `fnmatch` has them: `*` any text, `?` one character, `[abc]`, `[a-z]`, `[!abc]`. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(`^${source(pattern, '[^]')}$`, 'u');
}

/**
 * Wildcards over a path with `/`: they stay within one folder's name, and a part `**` stands for any number of folders.
 * `below`: whether the files under a matching folder match too. A leading `./` and a trailing `/` or `/**` mean nothing.
 */
export function pathWildcard(pattern: string, below: boolean): RegExp {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  while (parts.at(-1) === '**') parts.pop();
  const last = parts.length - 1;
  const text = parts.map((part, index) => (part === '**' ? '(?:[^/]+/)*' : source(part, '[^/]') + (index < last ? '/' : ''))).join('');
  return new RegExp(parts.length === 0 ? '^' : `^${text}${below ? '(?:/|$)' : '$'}`, 'u');
}

/** The regular expression of one pattern; `any` is what a wildcard may stand for. */
function source(pattern: string, any: string): string {
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    // A `]` that comes first is one of the set.
    const set = character === '[' ? /^\[(!?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
    if (set !== null) {
      text += `[${set[1] === '!' ? '^' : ''}${set[2]!.replace(/[\\[\]^&]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (character === '*') {
      if (pattern[at - 1] !== '*') text += `${any}*`;
    } else {
      text += character === '?' ? any : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    }
  }
  return text;
}
