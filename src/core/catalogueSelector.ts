import { didYouMean } from './closest';

/** What can be wrong with selectors in YAML: a part of `catalogue`, worded alike. */
export const selectorCatalogue = {
  'selector.unknown': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no selector is called \`${f.name}\``,
    hint: didYouMean(f.closest, 'selectors are declared in `selectors.yaml`, beside `project.yaml`'),
  }),
  'selector.circle': (f: { name: string }) => `the selector \`${f.name}\` needs itself`,
};
