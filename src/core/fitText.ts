const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SUSPICIOUS = /[\0\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const ESCAPED_SURROGATE = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

/** Checks texts of at most `length` characters as the database counts them (code points); absent: any length. */
export function fitText(length = Infinity): (text: string) => string | undefined {
  return (text) => {
    if (SUSPICIOUS.test(text)) return fitUnusualText(text, length);
    return text.length <= length ? undefined : tooLong(text.length, length);
  };
}

/** The slow way, for texts with characters outside the basic plane or with none that UTF-8 or the database knows. */
function fitUnusualText(text: string, length: number): string | undefined {
  if (text.includes('\0')) return 'it holds the character U+0000';
  if (LONE_SURROGATE.test(text)) return 'it holds half a character (a lone surrogate)';
  const characters = [...text].length;
  return characters <= length ? undefined : tooLong(characters, length);
}

const tooLong = (characters: number, length: number): string => `it has ${characters} characters, ${length} fit`;

/** Checks JSON's two truth values; `yes`, `1` and the like would be a guess. */
export function fitBoolean(text: string): string | undefined {
  return text === 'true' || text === 'false' ? undefined : 'it is neither true nor false';
}

/** Checks UUIDs in the usual form of 32 hexadecimal digits in five groups. */
export function fitUuid(text: string): string | undefined {
  return UUID.test(text) ? undefined : 'it is not a UUID';
}

/** Checks JSON documents; `binary` is JSONB, which can hold neither U+0000 nor a lone surrogate, even escaped. */
export function fitJson(binary: boolean): (text: string) => string | undefined {
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'it is not JSON';
    }
    if (!binary) return undefined;
    if (ESCAPED_NUL.test(text)) return 'it holds the character U+0000';
    // what is written again has no surrogates escaped but those that are alone
    const alone = ESCAPED_SURROGATE.test(text) && ESCAPED_SURROGATE.test(JSON.stringify(value));
    return alone ? 'it holds half a character (a lone surrogate)' : undefined;
  };
}
