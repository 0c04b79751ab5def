/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string;
  /** The project file that it is, said behind the language (` ```sql models/x.sql `) or in a comment that is its first line. */
  readonly path?: string;
  readonly text: string;
  /** What follows the block up to the next one. */
  readonly after: string;
}

const PATH = /^(?:(?:project\.yaml)|(?:models|sources|macros|tests)\/\S+)$/;

/** The fenced blocks of `page`, in order. */
export function blocksOf(page: string): readonly Block[] {
  const fences = [...page.matchAll(/^```(\w*) ?(\S*)\n([\s\S]*?)^```$/gm)];
  return fences.map(({ 0: whole, 1: language = '', 2: info = '', 3: text = '', index }, number) => {
    const comment = /^(?:#|--|\/\/) (\S+)$/m.exec(text.split('\n', 1)[0]!)?.[1];
    const path = [info, comment].find((each) => each !== undefined && PATH.test(each));
    return { language, ...(path !== undefined && { path }), text, after: page.slice(index + whole.length, fences[number + 1]?.index) };
  });
}

/** `page` without its fenced blocks. */
export const proseOf = (page: string): string => page.replace(/^```[\s\S]*?^```$/gm, '');

/** The targets of its links that are no addresses: `docs/cli.md#show`. */
export const localLinksOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((target) => !/^[a-z]+:/.test(target));

/** What its headings can be linked by, as GitHub makes them. */
export const anchorsOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Everything that stands in backticks outside of blocks. */
export const namesIn = (page: string): ReadonlySet<string> =>
  new Set([...proseOf(page).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!));

/** The arguments of every call of etlx in its `sh` blocks: comments and quotes as a shell reads them; lines that do more than call etlx are left out. */
export const callsIn = (page: string): readonly { readonly args: readonly string[]; readonly after: string }[] =>
  blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text, after }) => text.split('\n').map((line) => ({ args: argumentsOf(line), after })))
    .flatMap(({ args, after }) => (args === undefined ? [] : [{ args, after }]));

/** The arguments of a line that calls etlx. */
export function argumentsOf(line: string): readonly string[] | undefined {
  const call = /^ *(?:npx )?etlx(?: (.*))?$/.exec(line)?.[1];
  if (call === undefined || call.includes('&&')) return undefined;
  const words = [...call.matchAll(/#.*$|"([^"]*)"|'([^']*)'|\S+/g)];
  return words.filter(([word]) => !word.startsWith('#')).map(([word, double, single]) => double ?? single ?? word);
}

/** The cells of the first table in `text`, its head first. */
export function tableIn(text: string): readonly (readonly string[])[] {
  const lines = /(?:^\|.*\|\n?)+/m.exec(text)?.[0].trimEnd().split('\n') ?? [];
  return lines
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
