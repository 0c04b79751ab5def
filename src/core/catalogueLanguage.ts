import { didYouMean } from './closest';

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What can be wrong between the parts of a project that name each other: a part of `catalogue`, worded alike. */
export const languageCatalogue = {
  'ref.version': (f: { model: string; v: string; known: readonly string[] }) => ({
    message: `\`${f.model}\` has no version \`${f.v}\``,
    hint: f.known.length > 0 ? `it has ${listed(f.known)}` : `it has no versions: write \`ref('${f.model}')\``,
  }),
  'ref.private': (f: { name: string; group: string; reader: string; readerGroup?: string }) => ({
    message: `\`${f.name}\` is private to the group \`${f.group}\`, and \`${f.reader}\` is ${f.readerGroup === undefined ? 'in none' : `in \`${f.readerGroup}\``}`,
    hint: 'read a model that the group shows to others, or ask its owner for `access: protected`',
  }),
  'group.unknown': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no group is called \`${f.name}\``,
    hint: didYouMean(f.closest, 'declare it under `groups:` in a YAML file of `models/`'),
  }),
  'doc.unknown': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no doc block is called \`${f.name}\``,
    hint: didYouMean(f.closest, `write \`{{#docs ${f.name}}} … {{/docs}}\` in a file \`models/*.md\``),
  }),
  'var.type': (f: { name: string; expected: string; found: string }) =>
    `the variable \`${f.name}\` is declared as ${f.expected}, but is ${f.found}`,
  'var.unknown': (f: { name: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `the project declares no variable \`${f.name}\``,
    hint: didYouMean(f.closest, `variables: ${f.known.join(', ')}`),
  }),
  'var.required': (f: { name: string }) => ({
    message: `the variable \`${f.name}\` is required, and has no value`,
    hint: `pass \`--vars '{${f.name}: …}'\`, or give it one under \`vars:\` of the target`,
  }),
  'model.deprecated': (f: { model: string; date: string; readers: readonly string[] }) => ({
    message: `\`${f.model}\` is deprecated since ${f.date}${f.readers.length === 0 ? '' : `, and ${listed(f.readers)} still ${f.readers.length === 1 ? 'reads' : 'read'} it`}`,
    hint: 'read a newer version, or remove the model',
  }),
};
