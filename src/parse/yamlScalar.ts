const NUMBER = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OCTAL = /^0o[0-7]+$/;
const HEXADECIMAL = /^0x[0-9a-fA-F]+$/;
const NOT_FINITE = /^(?:([-+])?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** What an unquoted scalar stands for: YAML 1.2.2 §10.3.2, the core schema. `no`, `on` and `2026-09-30` are texts. */
export function resolvePlain(text: string): string | number | boolean | null {
  switch (text.charCodeAt(0)) {
    case 78: // N
    case 110: // n
      return text === 'null' || text === 'Null' || text === 'NULL' ? null : text;
    case 84: // T
    case 116: // t
      return text === 'true' || text === 'True' || text === 'TRUE' ? true : text;
    case 70: // F
    case 102: // f
      return text === 'false' || text === 'False' || text === 'FALSE' ? false : text;
    case 126: // ~
      return text === '~' ? null : text;
    case 43: // +
    case 45: // -
    case 46: // .
      return numberOf(text);
    default: {
      const first = text.charCodeAt(0);
      if (first >= 48 && first <= 57) return numberOf(text);
      return text === '' ? null : text;
    }
  }
}

function numberOf(text: string): string | number {
  if (NUMBER.test(text) || HEXADECIMAL.test(text) || OCTAL.test(text)) return Number(text);
  const special = NOT_FINITE.exec(text);
  if (special === null) return text;
  if (/nan$/i.test(text)) return NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}
