import type { Location } from './diagnostic';
import type { Relation } from './relation';
import type { Resource, Transform, WriteDisposition } from './loader';

export type NodeKind = 'extract' | 'dataset' | 'source' | 'model' | 'test';

/** Readable and typed: `model.user_summaries`, `source.shop.users_table`, `extract.shop.users`, `dataset.shop.users_table`, `test.<name>`. */
export type NodeId = `${NodeKind}.${string}`;

/** Config values as dbt names them, after merging file > YAML beside it > `project.yaml`. */
export type Config = Readonly<Record<string, unknown>>;

/** What every node has. `fqn` is the dotted path that selectors match, project first: `['shop', 'marts', 'top_cities']`. */
interface NodeBase {
  readonly id: NodeId;
  readonly name: string;
  readonly package: string;
  readonly fqn: readonly string[];
  /** The file that declares it, relative to the project folder, with `/`. */
  readonly path: string;
  /** The YAML file beside it that describes it, if any. */
  readonly patchPath?: string;
  readonly at: Location;
  readonly description: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly config: Config;
  readonly dependsOn: readonly NodeId[];
}

export interface Column {
  readonly name: string;
  readonly description: string;
  /** As declared, in the dialect's words: `DECIMAL(10,2)`. */
  readonly dataType?: string;
  readonly notNull: boolean;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
}

/** One resource of an API: requests, pages, raw objects in the lake. */
export interface ExtractNode extends NodeBase {
  readonly kind: 'extract';
  readonly source: string;
  readonly resource: Resource;
}

/** Raw objects become the rows of one table, as CSV in the lake. */
export interface DatasetNode extends NodeBase {
  readonly kind: 'dataset';
  readonly source: string;
  readonly table: string;
  readonly transform: Transform;
  /** Where its source lands raw responses, under the lake: `raw`. */
  readonly land: string;
  readonly columns: readonly Column[];
  /** Of the table it is loaded into: no two rows of the dataset may agree in it. */
  readonly primaryKey: readonly string[];
}

/** A table that models read: loaded from its dataset, or (without `load`) filled by somebody else. */
export interface SourceNode extends NodeBase {
  readonly kind: 'source';
  readonly source: string;
  readonly table: string;
  readonly relation: Relation;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** As for a model. */
  readonly uniqueKeys?: readonly (readonly string[])[];
  readonly loaded: boolean;
  /** Of a loaded table; absent: replace. */
  readonly disposition?: WriteDisposition;
  /** A load of fewer rows fails. */
  readonly minRows?: number;
}

export type Materialization = 'table' | 'view';

export interface ModelNode extends NodeBase {
  readonly kind: 'model';
  readonly relation: Relation;
  readonly materialized: Materialization;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** Constraints that a combination of columns is unique; nulls differ from each other, as in SQL. */
  readonly uniqueKeys?: readonly (readonly string[])[];
  /** The columns' names and types are enforced: the table is created as declared, and the SELECT must give exactly these columns. */
  readonly contract: boolean;
  readonly raw: string;
  /** Compiled: every ref is a quoted name. */
  readonly sql: string;
  readonly lines: LineMap;
}

/** Where each piece of a compiled text came from: ascending `[compiled offset, source offset]`; offsets between two marks advance together. */
export interface LineMap {
  readonly file: string;
  readonly marks: readonly (readonly [compiled: number, source: number])[];
}

export type TestType = 'generic' | 'singular';

/** SQL that returns the rows that are wrong. */
export interface TestNode extends NodeBase {
  readonly kind: 'test';
  readonly testType: TestType;
  /** `unique`, `not_null` … for generic tests. */
  readonly testName?: string;
  readonly columnName?: string;
  readonly attachedTo?: NodeId;
  readonly sql: string;
  /** The same on a table that is not published yet: its only parent's name is `CANDIDATE`. Absent when the test has several parents. */
  readonly auditSql?: string;
  readonly lines?: LineMap;
  readonly severity: 'error' | 'warn';
  /** Conditions on the number of failures, as dbt has them: `!= 0`, `> 10`. */
  readonly warnIf: string;
  readonly errorIf: string;
  /** The SQL aggregate that counts failures: `count(*)`. */
  readonly failCalc: string;
  readonly limit?: number;
}

/** Stands for the name of the table under test in `auditSql`; the plan puts the helper's name in its place. No name and no text of SQL holds NUL. */
export const CANDIDATE = '"\0etlx:candidate"';

export type Node = ExtractNode | DatasetNode | SourceNode | ModelNode | TestNode;

/** The nodes that own a relation in the database. */
export type RelationNode = SourceNode | ModelNode;
