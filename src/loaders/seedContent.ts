import { createHash } from 'node:crypto';
import { closest } from '../core/closest';
import { diagnose, EtlxError, type Diagnostic, type Report } from '../core/diagnostic';
import type { SeedNode } from '../core/node';
import type { SeedColumn, SeedContent } from '../core/seed';
import { seedReading } from './seedRead';
import type { SeedCell, SeedRow } from './seedRow';
import { checkOfType, inference, writerOf } from './seedTypes';

/** More problems of one file are seldom more causes. */
const MOST_PROBLEMS = 10;
const LONGEST_SHOWN = 40;

/** SHA-256 of a file's bytes, in hex. */
export async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}

/**
 * What is in a seed: its columns with their types, declared or inferred, and how many rows it has; all of it is read, and nothing kept. Throws EtlxError with what is wrong
 * (`seed.invalid`, `seed.value`, `column.unknown`), up to ten problems of the file.
 */
export async function seedContent(seed: SeedNode, bytes: AsyncIterable<Uint8Array>): Promise<SeedContent> {
  const problems: Diagnostic[] = [];
  const report: Report = (problem) => void problems.push(problem);
  const { columns, batches } = seedReading(seed, bytes, report);
  const surveys: ColumnSurvey[] = [];
  let rows = 0;
  try {
    for await (const batch of batches) {
      while (surveys.length < columns.names.length) surveys.push(surveyOf(columns.names[surveys.length]!, seed, report));
      for (const row of batch) for (let index = 0; index < surveys.length; index += 1) surveys[index]!.see(row.cells[index] ?? null, row);
      rows += batch.length;
      if (problems.length >= MOST_PROBLEMS) break;
    }
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    problems.push(...error.diagnostics);
  }
  if (problems.length === 0 && columns.names.length === 0)
    report(diagnose('seed.invalid', { problem: 'it holds no object, so nothing names its columns' }, seed.at));
  if (problems.length === 0) checkNames(seed, columns.names, report);
  if (problems.length > 0) throw new EtlxError(problems.slice(0, MOST_PROBLEMS));
  return { columns: surveys.map((each) => each.result()), rows };
}

interface ColumnSurvey {
  see(cell: SeedCell, row: SeedRow): void;
  result(): SeedColumn;
}

/** Checks the values of a column whose type is declared, finds the type of one whose type is not. */
function surveyOf(name: string, seed: SeedNode, report: Report): ColumnSurvey {
  const { dataType, notNull = false } = seed.columns.find((column) => column.name === name) ?? {};
  const required = notNull || seed.primaryKey.includes(name);
  const type = dataType ?? 'TEXT';
  const write = writerOf(type);
  const misfit = checkOfType(type);
  const types = dataType === undefined ? inference() : undefined;
  return {
    see(cell, { line }) {
      types?.see(cell);
      const text = write(cell);
      const problem = text === null ? (required ? 'the column needs a value' : undefined) : misfit(text);
      if (problem === undefined) return;
      const value = text === null ? 'null' : `\`${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}\``;
      report(diagnose('seed.value', { column: name, value, type, problem }, { file: seed.path, line, column: 1 }));
    },
    result: () => ({ name, ...(types?.result() ?? { type }) }),
  };
}

/** Reports the columns that are described, or that a key is made of, and that the file does not have. */
function checkNames({ name, at, columns, primaryKey, uniqueKeys }: SeedNode, found: readonly string[], report: Report): void {
  const named = new Set([...columns.map((column) => column.name), ...primaryKey, ...uniqueKeys.flat()]);
  for (const column of named) {
    if (found.includes(column)) continue;
    const hint = closest(column, found).map((each) => `did you mean \`${each}\`?`)[0] ?? `its columns are ${found.join(', ')}`;
    report(diagnose('seed.invalid', { problem: `it has no column \`${column}\`, which the description of \`${name}\` names`, hint }, at));
  }
}
