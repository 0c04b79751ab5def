/** `{resources.users.id}`: a field of a record of another resource, as dlt writes it. */
export interface Placeholder {
  readonly resource: string;
  /** Dotted path in its records. */
  readonly path: string;
}

const PLACEHOLDER = /\{resources\.([^.{}]+)\.([^{}]+)\}/g;

const BOUND = /\{incremental\.([^{}]*)\}/g;

/** The names in the placeholders `{incremental.start_value}` of `text`, in order. */
export function boundsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(BOUND), ([, name = '']) => name);
}

/** `text` with each of them replaced by what `valueOf` gives for its name. */
export function boundText(text: string, valueOf: (name: string) => string): string {
  return text.replace(BOUND, (_, name: string) => valueOf(name));
}

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
