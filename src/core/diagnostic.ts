import { catalogue, type Code, type Facts, type Words } from './catalogue';

/** A place in a project file; `line` and `column` are 1-based, `length` is in characters. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length?: number;
}

/** One thing that is wrong, in words for a person: the fact first, then a hint that says what to do. */
export interface Diagnostic {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  readonly at?: Location;
}

/** Where a stage that goes on after a problem puts what it finds. */
export type Report = (diagnostic: Diagnostic) => void;

/** Words the diagnostic of `code` from its facts; a fact that is missing or of the wrong type does not compile. */
export function diagnose<C extends Code>(code: C, facts: Facts<C>, at?: Location): Diagnostic {
  const words = (catalogue[code] as (facts: Facts<C>) => Words)(facts);
  return { code, ...(typeof words === 'string' ? { message: words } : words), ...(at && { at }) };
}

/** What is known of a failure besides its words. */
export interface FailureOptions extends ErrorOptions {
  /** Its cause may pass: the same work may well succeed when it is tried again. */
  readonly transient?: boolean;
}

/** The one error users meet: everything that was found wrong, all at once. */
export class EtlxError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly transient: boolean;

  constructor(diagnostics: readonly Diagnostic[], options?: FailureOptions) {
    super(diagnostics.map((each) => each.message).join('\n'), options);
    this.name = 'EtlxError';
    this.diagnostics = diagnostics;
    this.transient = options?.transient ?? false;
  }
}

/** An EtlxError of a single diagnostic. */
export function failure<C extends Code>(code: C, facts: Facts<C>, at?: Location, options?: FailureOptions): EtlxError {
  return new EtlxError([diagnose(code, facts, at)], options);
}
