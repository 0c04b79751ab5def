import type { YAMLParseError } from 'yaml';

/** What is wrong, in words that say what to do; the library's own words where they are good enough. */
export function problemOf(error: YAMLParseError, text: string): string {
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a text that holds a colon and a blank needs quotes round it';
    case 'BAD_SCALAR_START':
      return `a text that begins with ${named(text.charAt(error.pos[0]))} needs quotes round it`;
    case 'TAB_AS_INDENT':
      return 'tabs cannot indent, blanks can';
    case 'MULTIPLE_DOCS':
      return 'a file holds one document, and here a second one begins';
    case 'MISSING_CHAR':
      return /quote/.test(error.message)
        ? `the closing quote ${error.message.includes('"quote') ? '(`"`)' : "(`'`)"} is missing`
        : worded(error);
    default:
      return worded(error);
  }
}

const named = (character: string): string => (character === '`' ? 'a backtick' : `\`${character}\``);

function worded(error: YAMLParseError): string {
  const [line = ''] = error.message.split('\n', 1);
  return (line.charAt(0).toLowerCase() + line.slice(1)).replace(/\.$/, '');
}
