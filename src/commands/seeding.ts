import { EtlxError, type Diagnostic } from '../core/diagnostic';
import type { NodeId, SeedNode } from '../core/node';
import type { Catalog, QueryResult, Session } from '../core/ports';
import { relationKey } from '../core/relation';
import type { SeedContent, SeedFacts } from '../core/seed';
import type { SeedStep } from '../core/plan';
import { seedFile } from '../disk/seedFile';
import { fingerprintOf, fingerprintsQuery } from '../plan/seed';
import type { Opened } from './opened';

/** What stands in the database, and how to ask it more; `query` is absent where there is no database yet. */
export interface Standing {
  readonly catalog: Catalog;
  readonly query?: (sql: string) => Promise<QueryResult>;
}

/** The seeds of one run. Each file is read as seldom as can be: hashed once, looked through once when it is new, and copied once. */
export interface Seeding {
  /** What a plan has to know of the chosen seeds. Throws EtlxError with what is wrong in the files that are new. */
  facts(chosen: ReadonlySet<NodeId>, standing: Standing): Promise<ReadonlyMap<NodeId, SeedFacts>>;
  load(step: SeedStep, session: Session): Promise<{ readonly rows: number }>;
}

/** `fullRefresh`: every seed counts as new. */
export function seeding({ project, manifest }: Opened, fullRefresh: boolean): Seeding {
  const bytesOf = ({ path }: SeedNode): AsyncIterable<Uint8Array> => seedFile(project.root, path);
  const hashes = new Map<NodeId, string>();
  const contents = new Map<NodeId, SeedContent>();
  return {
    async facts(chosen, standing) {
      const seeds = [...chosen].flatMap((id) => seedAt(manifest.nodes, id));
      if (seeds.length === 0) return new Map();
      const { seedContent, sha256Of } = await import('../loaders/seedContent');
      const known = fullRefresh ? new Map<string, string>() : await fingerprints(seeds, standing);
      const facts = new Map<NodeId, SeedFacts>();
      const problems: Diagnostic[] = [];
      for (const seed of seeds) {
        try {
          const sha256 = hashes.get(seed.id) ?? (await sha256Of(bytesOf(seed)));
          hashes.set(seed.id, sha256);
          if (known.get(relationKey(seed.relation)) === fingerprintOf(seed, sha256)) {
            facts.set(seed.id, { sha256 });
            continue;
          }
          const content = contents.get(seed.id) ?? (await seedContent(seed, bytesOf(seed)));
          contents.set(seed.id, content);
          facts.set(seed.id, { sha256, content });
        } catch (error) {
          if (!(error instanceof EtlxError)) throw error;
          problems.push(...error.diagnostics);
        }
      }
      if (problems.length > 0) throw new EtlxError(problems);
      return facts;
    },
    async load(step, session) {
      const { loadSeed } = await import('../loaders/seedLoad');
      const [seed] = seedAt(manifest.nodes, step.id);
      return { rows: await loadSeed(session, step, seed!, bytesOf(seed!)) };
    },
  };
}

function seedAt(nodes: Opened['manifest']['nodes'], id: NodeId): readonly SeedNode[] {
  const node = nodes.get(id);
  return node?.kind === 'seed' ? [node] : [];
}

/** What the seeds' tables that stand were made of, by relation. */
async function fingerprints(seeds: readonly SeedNode[], { catalog, query }: Standing): Promise<ReadonlyMap<string, string>> {
  const sql = fingerprintsQuery(seeds, catalog);
  if (sql === undefined || query === undefined) return new Map();
  const { rows } = await query(sql);
  const told = rows.map((row) => {
    const key = relationKey({ schema: String(row['table_schema']), name: String(row['table_name']) });
    return [key, String(row['fingerprint'])] as const;
  });
  return new Map(told.filter(([key]) => catalog.get(key)?.kind === 'table'));
}
