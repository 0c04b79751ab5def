import { diagnose, type Report } from '../core/diagnostic';
import type { ColumnSource, FieldRule, Merge, MergeRule, MisfitRule, SchemaContract, Transform, TransformInput } from '../core/loader';
import { listOf, mapping, mappingOf, optional, required, wrongType, type Fields, type Reader, type Shaped, type Text } from './shape';
import { boolean, located, namedValues, names, oneOf, path, text, texts } from './shapeValues';
import { isGiven } from './sourcesGiven';
import type { YamlNode } from './yamlNode';

/** A transform, and the names in it that must agree with what is declared elsewhere. */
export interface TransformDeclaration {
  readonly transform: Transform;
  /** The resources that its inputs read. */
  readonly resources: readonly Text[];
  /** The columns that its inputs give, each as often as one gives it; undefined when a module decides that. */
  readonly columns?: readonly Text[];
  /** The columns that `merge` and `schema_contract` name. */
  readonly named: readonly Text[];
}

interface Input {
  readonly input: TransformInput;
  readonly resource: Text;
  readonly columns: readonly Text[];
}

const RULES: readonly MergeRule[] = ['first', 'last', 'sum', 'min', 'max', 'same'];

const readSource = mapping('a column', { path: optional(path), expr: optional(located) });

/** A dotted path, or `{path: …}` or `{expr: …}`. */
const columnSource: Reader<ColumnSource> = (node, key, report) => {
  if (node.kind !== 'map') {
    const from = path(node, key, report);
    return from === undefined ? undefined : { path: from };
  }
  const read = readSource(node, key, report);
  if (read === undefined) return undefined;
  if ((read.path === undefined) === (read.expr === undefined)) return wrongType(node, key, 'a dotted path or `{expr: …}`', report);
  return read.expr === undefined ? { path: read.path! } : { expr: read.expr };
};

const readExplode = mapping('`explode`', { path: required(path), optional: optional(boolean, false) });

/** A dotted path, or `{path: …, optional: true}`. */
const explode: Reader<{ readonly path: string; readonly optional: boolean }> = (node, key, report) => {
  if (node.kind === 'map') return readExplode(node, key, report);
  const from = path(node, key, report);
  return from === undefined ? undefined : { path: from, optional: false };
};

const INPUT_FIELDS = {
  from: required(located),
  explode: optional(explode),
  include_from_parent: optional(mappingOf(path), {}),
  filter: optional(located),
  columns: optional(namedValues(columnSource)),
  ignore: optional(texts, []),
  module: optional(text),
} satisfies Fields;

const FIELD_RULES: readonly FieldRule[] = ['evolve', 'freeze', 'discard_row', 'discard_value'];
const readRule = oneOf(FIELD_RULES);

/** One of the words, but for `evolve`: declared columns have keys, constraints and models behind them (docs/decisions/0023). */
const misfitRule: Reader<MisfitRule> = (node, key, report) => {
  const rule = readRule(node, key, report);
  if (rule !== 'evolve') return rule;
  const problem = '`evolve` is for `columns`; a declared `data_type` is a promise to what reads the column, and etlx does not change it';
  report(diagnose('config.invalid', { problem, hint: 'declare a wider `data_type`, and load with `--full-refresh`' }, node.at));
  return undefined;
};

const readMisfitRules = mapping('`data_type`', {
  columns: optional(namedValues(misfitRule)),
  otherwise: optional(misfitRule, 'freeze'),
});

/** A rule for all columns, or rules for single ones and one for the others. */
const misfitRules: typeof readMisfitRules = (node, key, report) => {
  if (node.kind === 'map') return readMisfitRules(node, key, report);
  const otherwise = misfitRule(node, key, report);
  return otherwise && { columns: undefined, otherwise };
};

const AFTER_FIELDS = {
  merge: optional(
    mapping('`merge`', { key: required(names), columns: optional(namedValues(oneOf(RULES))), otherwise: optional(oneOf(RULES), 'same') }),
  ),
  row_filter: optional(located),
  schema_contract: optional(mapping('`schema_contract`', { columns: optional(readRule), data_type: optional(misfitRules) })),
} satisfies Fields;

const readInput = mapping('an input of `union`', INPUT_FIELDS);
const readSingle = mapping('a transform', { ...INPUT_FIELDS, ...AFTER_FIELDS });
const readUnion = mapping('a transform with `union`', {
  union: required(
    listOf((node, key, report) => {
      const read = readInput(node, key, report);
      return read && inputOf(read, node, report);
    }),
  ),
  ...AFTER_FIELDS,
});

/** `transform:` of a table: a `union` of inputs, or one input standing directly in it. */
export const transform: Reader<TransformDeclaration> = (node, key, report) => {
  if (node.kind === 'map' && node.entries.some((entry) => entry.key === 'union')) {
    const read = readUnion(node, key, report);
    return read && declarationOf(read.union, read);
  }
  const read = readSingle(node, key, report);
  const input = read && inputOf(read, node, report);
  return input && declarationOf([input], read);
};

function inputOf(read: Shaped<typeof INPUT_FIELDS>, node: YamlNode, report: Report): Input {
  const { at } = node;
  if (!isGiven(node, 'explode') && Object.keys(read.include_from_parent).length > 0) {
    report(diagnose('config.missing-key', { key: 'explode', where: 'an input with `include_from_parent`' }, at));
  }
  if (!isGiven(node, 'columns') && !isGiven(node, 'module'))
    report(diagnose('config.missing-key', { key: 'columns', where: 'an input' }, at));
  if (read.columns !== undefined && read.module !== undefined) {
    report(diagnose('config.invalid', { problem: 'an input has `columns` or `module`, not both' }, at));
  }
  if (read.module !== undefined && read.ignore.length > 0) {
    report(diagnose('config.invalid', { problem: '`ignore` is for inputs with `columns`; a `module` takes what it likes' }, at));
  }
  return {
    input: {
      from: read.from.text,
      at: read.from.at,
      ...(read.explode !== undefined && { explode: read.explode.path }),
      ...(read.explode?.optional && { explodeOptional: true }),
      includeFromParent: read.include_from_parent,
      ...(read.filter && { filter: read.filter }),
      columns: read.columns?.values ?? {},
      ...(read.ignore.length > 0 && { ignore: read.ignore }),
      ...(read.module !== undefined && { module: read.module }),
    },
    resource: read.from,
    columns: read.columns?.names ?? [],
  };
}

function declarationOf(inputs: readonly Input[], after: Shaped<typeof AFTER_FIELDS>): TransformDeclaration {
  const merge: Merge | undefined = after.merge && {
    key: after.merge.key.map((each) => each.text),
    columns: after.merge.columns?.values ?? {},
    otherwise: after.merge.otherwise,
  };
  return {
    transform: {
      inputs: inputs.map((each) => each.input),
      ...(merge && { merge }),
      ...(after.row_filter && { filter: after.row_filter }),
      contract: contractOf(after.schema_contract),
    },
    resources: inputs.map((each) => each.resource),
    ...(inputs.every((each) => each.input.module === undefined) && { columns: inputs.flatMap((each) => each.columns) }),
    named: [
      ...(after.merge?.key ?? []),
      ...(after.merge?.columns?.names ?? []),
      ...(after.schema_contract?.data_type?.columns?.names ?? []),
    ],
  };
}

const contractOf = (contract: Shaped<typeof AFTER_FIELDS>['schema_contract']): SchemaContract => ({
  ...(contract?.columns && { columns: contract.columns }),
  dataType: { columns: contract?.data_type?.columns?.values ?? {}, otherwise: contract?.data_type?.otherwise ?? 'freeze' },
});
