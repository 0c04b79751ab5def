/** `{resources.users.id}`: a field of a record of another resource, as dlt writes it. */
export interface Placeholder {
  readonly resource: string;
  /** Dotted path in its records. */
  readonly path: string;
}

const PLACEHOLDER = /\{resources\.([^.{}]+)\.([^{}]+)\}/g;

/** The placeholders of `text`, in order. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  return Array.from(text.matchAll(PLACEHOLDER), ([, resource = '', path = '']) => ({ resource, path }));
}

/** `text` with each placeholder replaced by what `valueOf` gives for its path. */
export function filledText(text: string, valueOf: (path: string) => string): string {
  return text.replace(PLACEHOLDER, (_, _resource: string, path: string) => valueOf(path));
}

/** The path of a text that is one placeholder and nothing else: its value keeps its type. */
export function onlyPlaceholder(text: string): string | undefined {
  const [whole] = text.matchAll(PLACEHOLDER);
  return whole?.[0] === text ? whole[2] : undefined;
}
