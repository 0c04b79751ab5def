import type { Location } from '../core/diagnostic';
import { hashOf } from '../core/hash';
import { bytesOf, joined } from '../core/identifier';
import type { TestNode } from '../core/node';
import { MAX_IDENTIFIER_BYTES } from '../core/relation';
import type { TestConfig } from '../parse/config';
import type { SchemaOf } from './naming';

/** Where a test is declared. */
interface Place {
  readonly project: string;
  readonly folders: readonly string[];
  readonly path: string;
  readonly at: Location;
  /** The target's schema. */
  readonly schema: string;
  readonly schemaOf: SchemaOf;
}

type OfItsType = Pick<
  TestNode,
  'testType' | 'testName' | 'testArguments' | 'columnName' | 'attachedTo' | 'dependsOn' | 'sql' | 'auditSql' | 'inScan' | 'lines'
>;

/** What tests are kept under unless their config says so: dbt's. */
const AUDIT_SCHEMA = 'dbt_test__audit';

/**
 * The node of a test of any type; the conditions have dbt's defaults. One literal with every key: projects have more tests than anything
 * else, and objects of one shape are made and read several times faster than those put together key by key.
 */
export function testNode(
  name: string,
  config: TestConfig,
  { project, folders, path, at, schema, schemaOf }: Place,
  own: OfItsType,
): TestNode {
  const {
    severity = 'error',
    warn_if: warnIf = '!= 0',
    error_if: errorIf = '!= 0',
    fail_calc: failCalc = 'count(*)',
    limit,
    tags = [],
    meta = {},
  } = config;
  const stored = storedOf(name, config, config.schema === undefined ? joined('', schema, `_${AUDIT_SCHEMA}`) : schemaOf(config.schema));
  return {
    kind: 'test',
    id: `test.${name}`,
    name,
    package: project,
    fqn: [project, ...folders, name],
    path,
    at,
    description: '',
    tags,
    meta,
    config: {
      severity,
      warn_if: warnIf,
      error_if: errorIf,
      fail_calc: failCalc,
      where: config.where?.text,
      limit,
      enabled: true,
      tags,
      store_failures: stored !== undefined,
      store_failures_as: stored?.as,
    },
    testType: own.testType,
    testName: own.testName,
    testArguments: own.testArguments,
    columnName: own.columnName,
    attachedTo: own.attachedTo,
    dependsOn: own.dependsOn,
    sql: own.sql,
    auditSql: own.auditSql,
    inScan: failCalc === 'count(*)' ? own.inScan : undefined,
    lines: own.lines,
    severity,
    warnIf,
    errorIf,
    failCalc,
    limit,
    stored,
  };
}

function storedOf(name: string, config: TestConfig, schema: string): TestNode['stored'] {
  const { store_failures: stores = false, store_failures_as: as = stores ? 'table' : 'ephemeral' } = config;
  if (as === 'ephemeral') return undefined;
  // the name is the same in every run, so that one run's rows take the place of the last one's
  const fitting = bytesOf(name) <= MAX_IDENTIFIER_BYTES ? name : joined('', name, `_${hashOf(name)}`);
  return { as, relation: { schema, name: fitting } };
}
