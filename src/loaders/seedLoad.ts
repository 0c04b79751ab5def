import { createHash } from 'node:crypto';
import { EtlxError, failure } from '../core/diagnostic';
import type { SeedNode } from '../core/node';
import type { SeedStep } from '../core/plan';
import type { Session } from '../core/ports';
import { csvOf } from './csv';
import { seedReading } from './seedRead';
import { writerOf } from './seedTypes';

/**
 * Copies the rows of a seed into the step's candidate table, as a stream; answers how many. Throws DatabaseError, and `seed.changed` when the file is not
 * the one that was planned with any more; the caller's transaction then has to be rolled back.
 */
export async function loadSeed(session: Session, step: SeedStep, seed: SeedNode, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const { sha256, content = { columns: [], rows: 0 } } = step.facts;
  const hash = createHash('sha256');
  const csv = csvPieces(
    seed,
    content.columns.map(({ type }) => writerOf(type)),
    hashed(bytes, hash),
  );
  const rows = await session.copy(
    step.candidate,
    content.columns.map(({ name }) => name),
    csv,
  );
  if (rows !== content.rows || hash.digest('hex') !== sha256) throw failure('seed.changed', { seed: step.name }, seed.at);
  return rows;
}

async function* csvPieces(
  seed: SeedNode,
  writers: readonly ReturnType<typeof writerOf>[],
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  // the file was found sound before: what is wrong with it now is new
  const { batches } = seedReading(seed, bytes, (problem) => {
    throw new EtlxError([problem]);
  });
  for await (const rows of batches) {
    if (rows.length > 0) yield Buffer.from(csvOf(rows.map(({ cells }) => writers.map((write, index) => write(cells[index] ?? null)))));
  }
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>): AsyncIterable<Uint8Array> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}
