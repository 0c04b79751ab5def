/** Whether `pattern` is more than a plain text; dbt lets `]` count as well. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[\]]/.test(pattern);
}

/** Shell wildcards over a whole text, as Python's `fnmatch` has them: `*` any text, `?` one character, `[abc]`, `[a-z]`, `[!abc]`. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(`^${source(pattern, '[^]')}$`, 'u');
}

/** A path without what means nothing in it: a leading `./`, a closing `/` or `/**`. Empty for the project folder. */
export function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.slice(0, parts.findLastIndex((part) => part !== '**') + 1).join('/');
}

/** Wildcards over a plain path: they stay within the name of one folder or file, and a part `**` stands for any number of folders. */
export function pathWildcard(pattern: string): RegExp {
  const parts = pattern.split('/');
  const last = parts.length - 1;
  const text = parts.map((part, index) => (part === '**' ? '(?:[^/]+/)*' : source(part, '[^/]') + (index < last ? '/' : '')));
  return new RegExp(`^${text.join('')}$`, 'u');
}

/** The regular expression of one pattern; `any` is what a wildcard may stand for. */
function source(pattern: string, any: string): string {
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    // A `]` that comes first is one of the set; a range that runs backwards holds nothing.
    const set = character === '[' ? /^\[(!?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
    if (set !== null) {
      const members = set[2]!.replace(/(.)-(.)/gsu, (range, low: string, high: string) => (low > high ? '' : range));
      text += `[${set[1] === '!' ? '^' : ''}${members.replace(/[\\[\]^]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (character === '*') {
      if (pattern[at - 1] !== '*') text += `${any}*`;
    } else {
      text += character === '?' ? any : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    }
  }
  return text;
}
