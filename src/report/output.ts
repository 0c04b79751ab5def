/**
 * Where text goes: `process.stderr` and `process.stdout` fit as they are. `columns` and `rows` are read at each use, because a
 * terminal can be resized; both are absent where there is no terminal.
 */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
}
