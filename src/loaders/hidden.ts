/** What stands for a secret wherever something is shown. */
export const HIDDEN = '***';

/** The secrets of one loader. What comes from outside may repeat them, so that every text goes through here before it is shown. */
export interface Hidden {
  /** `text` with every secret in it hidden: as it is, in an address, in a JSON text, in base 64. */
  readonly in: (text: string) => string;
  /** A secret that came up later: a token. */
  readonly add: (...secrets: readonly string[]) => void;
}

export function hidden(...secrets: readonly string[]): Hidden {
  const forms = new Set<string>();
  const add = (...more: readonly string[]): void => more.flatMap(formsOf).forEach((form) => form !== '' && forms.add(form));
  add(...secrets);
  return {
    add,
    // the longest first, so that a secret inside another does not leave the rest of it
    in: (text) => [...forms].sort((a, b) => b.length - a.length).reduce((done, form) => done.replaceAll(form, HIDDEN), text),
  };
}

const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  String(new URLSearchParams({ s: secret })).slice(2),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
];
