import { literal } from '../core/relation';
import { type Given, ofTexts, reading, type StandardHelpers } from './stdHelper';

/** Null has a text of its own, the one that dbt_utils takes: keys stay as they are when a project comes from there. */
const NULL_KEY = literal('_dbt_utils_surrogate_key_null_');

function surrogateKey(given: Given): string {
  const fields = given.texts('field_list').map((field) => `coalesce(cast(${field} as text), ${NULL_KEY})`);
  if (fields.length === 0) throw given.wrong('`field_list` is empty');
  return `md5(${fields.join(` || '-' || `)})`;
}

/** What the first group of a regular expression finds in a text; null where it finds nothing. */
const found = (field: string, pattern: string, { engine }: Given): string =>
  engine === 'duckdb'
    ? `nullif(regexp_extract(${field}, ${literal(pattern)}, 1), '')`
    : `nullif(substring(${field} from ${literal(pattern)}), '')`;

const SCHEME = literal('^[A-Za-z][A-Za-z0-9+.-]*://');

const behindScheme = (pattern: string) =>
  reading(['field'], (given) => found(`regexp_replace(${given.text('field')}, ${SCHEME}, '')`, pattern, given));

const parameter = (name: string): string => `[?&]${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}=([^&#]*)`;

export const STD_TEXTS = {
  hash: ofTexts(['field'], (field) => `md5(cast(${field} as text))`),
  generate_surrogate_key: reading(['field_list'], surrogateKey),
  length: ofTexts(['expression'], (expression) => `length(${expression})`),
  position: ofTexts(['substring_text', 'string_text'], (part, whole) => `position(${part} in ${whole})`),
  replace: ofTexts(['field', 'old_chars', 'new_chars'], (field, old, other) => `replace(${field}, ${old}, ${other})`),
  right: ofTexts(['string_text', 'length_expression'], (text, length) => `right(${text}, ${length})`),
  split_part: ofTexts(
    ['string_text', 'delimiter_text', 'part_number'],
    (text, delimiter, part) => `split_part(${text}, ${delimiter}, ${part})`,
  ),
  string_literal: ofTexts(['value'], literal),
  escape_single_quotes: ofTexts(['expression'], (expression) => literal(expression).slice(1, -1)),
  get_url_host: behindScheme('^([^/?#]+)'),
  get_url_path: behindScheme('^[^/?#]*/([^?#]+)'),
  get_url_parameter: reading(['field', 'url_parameter'], (given) =>
    found(given.text('field'), parameter(given.text('url_parameter')), given),
  ),
} satisfies StandardHelpers;
