/** One problem as `etlx` shows it on standard error. */
export interface Shown {
  readonly code: string;
  readonly message: string;
  /** `models/a.sql:2:7`; absent when the problem has no place. */
  readonly at?: string;
  /** What the carets of the code frame stand under. */
  readonly marked?: string;
  readonly hint?: string;
}

/** The problems that `text` shows, in their order. */
export function problemsIn(text: string): readonly Shown[] {
  return text
    .split(/^(?=error\[)/m)
    .filter((block) => block.startsWith('error['))
    .map((block) => {
      const lines = block.trimEnd().split('\n');
      const [, code = '', message = ''] = /^error\[([^\]]+)\]: (.*)$/.exec(lines[0]!) ?? [];
      const at = /^ {2}--> (.*)$/m.exec(block)?.[1];
      const hint = /^hint: (.*)$/m.exec(block)?.[1];
      const marked = markedIn(lines);
      return {
        code,
        message,
        ...(at !== undefined && { at }),
        ...(marked !== undefined && { marked }),
        ...(hint !== undefined && { hint }),
      };
    });
}

/** The problems as `models/a.sql:2:7 [marked] message / hint`, for comparing many at once. */
export function problemLines(text: string): readonly string[] {
  return problemsIn(text).map(
    ({ at, marked, message, hint }) =>
      `${at ?? '-'}${marked === undefined ? '' : ` [${marked}]`} ${message}${hint === undefined ? '' : ` / ${hint}`}`,
  );
}

function markedIn(lines: readonly string[]): string | undefined {
  const carets = lines.findIndex((line) => /^ *\| +\^+$/.test(line));
  if (carets < 1) return undefined;
  const from = lines[carets]!.indexOf('^');
  return lines[carets - 1]!.slice(from, lines[carets]!.length);
}
