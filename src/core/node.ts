import type { Attachable } from './attached';
import type { Access } from './access';
import type { Location } from './diagnostic';
import type { ExposureType, Maturity } from './exposure';
import type { Incremental, Index, Materialization } from './materialization';
import type { Relation } from './relation';
import type { Expected, Given } from './unitTest';
import type { FreshnessRule } from './freshness';
import type { Resource, Transform, WriteDisposition } from './loader';
import type { SeedFormat } from './seed';
import type { ModelVersion } from './version';
import type { SnapshotRule } from './snapshot';

export type NodeKind = 'extract' | 'dataset' | 'source' | 'seed' | 'snapshot' | 'model' | 'test' | 'unit_test' | 'exposure';

/** Readable and typed: `model.user_summaries`, `source.shop.users_table`, `extract.shop.users`, `dataset.shop.users_table`, `seed.countries`, `test.<name>`. */
export type NodeId = `${NodeKind | 'operation'}.${string}`;

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

/** A condition that every row of a table has to fulfil, kept by the database. */
export interface CheckConstraint {
  /** SQL over the columns. */
  readonly expression: string;
  /** Absent: made of the table's name. */
  readonly name?: string;
}

export interface Column {
  readonly name: string;
  readonly description: string;
  /** The node whose column of this name the description was taken from. */
  readonly inheritedFrom?: NodeId;
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
  /** Of that table; absent: replace. */
  readonly disposition?: WriteDisposition;
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
  readonly checks?: readonly CheckConstraint[];
  readonly loaded: boolean;
  /** Absent: nobody watches how old its data are. */
  readonly freshness?: FreshnessRule;
  /** Of a loaded table; absent: replace. */
  readonly disposition?: WriteDisposition;
  /** The column that says when a row happened. */
  readonly eventTime?: string;
  /** A load of fewer rows fails. */
  readonly minRows?: number;
  /** It gets a column for each field that its dataset has found. */
  readonly grows?: true;
}

export interface ModelNode extends NodeBase, Attachable {
  readonly kind: 'model';
  /** Of an ephemeral model: none that exists. */
  readonly relation: Relation;
  readonly materialized: Materialization;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** Constraints that a combination of columns is unique; nulls differ from each other, as in SQL. */
  readonly uniqueKeys?: readonly (readonly string[])[];
  readonly checks?: readonly CheckConstraint[];
  /** As for a source table. */
  readonly freshness?: FreshnessRule;
  /** The columns' names and types are enforced: the table is created as declared, and the SELECT must give exactly these columns. */
  readonly contract: boolean;
  readonly indexes?: readonly Index[];
  /** Of an incremental model. */
  readonly incremental?: Incremental;
  /** Who may read it by `ref`; absent: the whole project (`protected`). */
  readonly access?: Access;
  readonly group?: string;
  /** Absent: there is one of it alone. */
  readonly version?: ModelVersion;
  /** It is a view of this model: the latest version under the name of all. */
  readonly pointsAt?: NodeId;
  /** The day from which nobody should read it. */
  readonly deprecationDate?: string;
  /** Always (or never) made anew, whatever `--full-refresh` says. */
  readonly fullRefresh?: boolean;
  readonly raw: string;
  /** Compiled: every ref is a quoted name. */
  readonly sql: string;
  readonly lines: LineMap;
  /** The same where `is_incremental()` holds; absent when the template does not ask. */
  readonly again?: { readonly sql: string; readonly lines: LineMap };
}

/**
 * Where each piece of a compiled text came from: ascending `[compiled offset, source offset]`; offsets between two marks advance together.
 * A mark that names a file is of that file, another one of the map's own.
 */
export interface LineMap {
  readonly file: string;
  readonly marks: readonly (readonly [compiled: number, source: number, file?: string])[];
}

export type TestType = 'generic' | 'singular';

/** SQL that returns the rows that are wrong. */
export interface TestNode extends NodeBase {
  readonly kind: 'test';
  readonly testType: TestType;
  /** `unique`, `not_null` … for generic tests. */
  readonly testName?: string;
  /** Under the names that dbt and its packages have for them, `column_name` among them. */
  readonly testArguments?: Readonly<Record<string, unknown>>;
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
  /** How it is asked in one scan with other tests of the same table; absent for a test that needs a query of its own. */
  readonly inScan?: InScan;
  /** Where the rows that are wrong are kept. */
  readonly stored?: { readonly relation: Relation; readonly as: 'table' | 'view' };
}

/** An SQL aggregate over the table under test that counts its failures. */
export interface InScan {
  readonly failures: string;
  /** It counts wrong rows, of which the test's own query makes one for each value: any number but 0 says only that there are failures. */
  readonly perValue: boolean;
}

/** A file of the project that is loaded as a table. What is in it is known when a run reads it, and not before. */
export interface SeedNode extends NodeBase, Attachable {
  readonly kind: 'seed';
  readonly relation: Relation;
  readonly format: SeedFormat;
  /** Of CSV: the character between two fields. */
  readonly delimiter: string;
  /** Names of columns keep their capitals; otherwise they are taken as SQL takes names without quotes. */
  readonly quoteColumns: boolean;
  /** As described; the file may have more, but has all of these. */
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** As for a model. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly checks?: readonly CheckConstraint[];
}

/** The versions that the rows of a source, a model or a seed have had. */
export interface SnapshotNode extends NodeBase, Attachable {
  readonly kind: 'snapshot';
  readonly relation: Relation;
  readonly columns: readonly Column[];
  /** None: the database keeps no key of versions. */
  readonly primaryKey: readonly string[];
  readonly uniqueKeys?: undefined;
  readonly checks?: undefined;
  readonly rule: SnapshotRule;
  /** Compiled: what reads the rows. */
  readonly sql: string;
}

/** A model asked what it makes of given rows, in a database of etlx's own: no table of the target is read or built. */
export interface UnitTestNode extends NodeBase {
  readonly kind: 'unit_test';
  readonly model: NodeId;
  readonly given: readonly Given[];
  /** The model's query (or that of one of its CTEs) under the test's overrides, and what it is to give. */
  readonly comparisons: readonly { readonly sql: string; readonly expected: Expected }[];
  readonly lines: LineMap;
}

/** Something outside of the project that reads it. It is never run. */
export interface ExposureNode extends NodeBase {
  readonly kind: 'exposure';
  readonly label?: string;
  readonly type: ExposureType;
  readonly maturity?: Maturity;
  readonly url?: string;
  /** `name`, `email`, and whatever else says how to reach somebody. */
  readonly owner: Readonly<Record<string, unknown>>;
}

/** Stands for the name of the table under test in `auditSql`; the plan puts the helper's name in its place. No name and no text of SQL holds NUL. */
export const CANDIDATE = '"\0etlx:candidate"';

export type Node = ExtractNode | DatasetNode | SourceNode | SeedNode | SnapshotNode | ModelNode | TestNode | UnitTestNode | ExposureNode;

/** The nodes that a run may have a step for. */
export type RunnableNode = Exclude<Node, ExposureNode>;

/** The nodes that own a relation in the database. */
export type RelationNode = SourceNode | SeedNode | SnapshotNode | ModelNode;
