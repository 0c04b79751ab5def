import type { Grants } from '../core/attached';
import { mapping, oneOrMore, optional, required, type Fields, type Reader, type Text } from './shape';
import { boolean, located, texts } from './shapeValues';
import type { YamlNode } from './yamlNode';

/** A hook as it is written: a template. */
export interface HookConfig {
  readonly sql: Text;
  readonly transaction: boolean;
}

/** What a model, a seed or a snapshot can say about its relation beside how it is built, under dbt's names. */
export interface AttachedConfig {
  readonly pre_hook?: readonly HookConfig[];
  readonly post_hook?: readonly HookConfig[];
  readonly grants?: Grants;
  readonly persist_docs?: { readonly relation?: boolean; readonly columns?: boolean };
}

const readHook = mapping('a hook', { sql: required(located), transaction: optional(boolean, true) });

const hook: Reader<HookConfig> = (node, key, report) => {
  if (node.kind === 'map') return readHook(node, key, report);
  const sql = located(node, key, report);
  return sql && { sql, transaction: true };
};

/** The privileges that PostgreSQL knows on tables and views. */
const PRIVILEGES = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'] as const;

const readGrants = mapping(
  '`grants`',
  Object.fromEntries(PRIVILEGES.flatMap((name) => [name, `+${name}`]).map((name) => [name, optional(texts)])),
);

const grants: Reader<Grants> = (node, key, report) => {
  const roles = readGrants(node, key, report) as Grants['roles'] | undefined;
  return roles && { roles, at: node.at };
};

/** The keys of `AttachedConfig`. */
export const ATTACHED_FIELDS = {
  pre_hook: optional(oneOrMore(hook)),
  post_hook: optional(oneOrMore(hook)),
  grants: optional(grants),
  persist_docs: optional(mapping('`persist_docs`', { relation: optional(boolean), columns: optional(boolean) })),
} satisfies Fields;

const SPELLINGS: Readonly<Record<string, string>> = { 'pre-hook': 'pre_hook', 'post-hook': 'post_hook' };

/** `node` with dbt's other spelling of the hooks, `pre-hook`, replaced by the one that `config(…)` can write; of both at once one is an unknown key. */
export function withHookKeys(node: YamlNode): YamlNode {
  if (node.kind !== 'map' || !node.entries.some(({ key }) => key in SPELLINGS)) return node;
  const given = new Set(node.entries.map(({ key }) => key));
  const keyOf = (key: string): string => (key in SPELLINGS && !given.has(SPELLINGS[key]!) ? SPELLINGS[key]! : key);
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, key: keyOf(entry.key) })) };
}

/** `lower` under `higher`, as in dbt: hooks add up, the lower ones first; a privilege stands for itself, or adds its roles where it is written `+select`. */
export function mergedAttached(lower: AttachedConfig, higher: AttachedConfig): AttachedConfig {
  return {
    ...(lower.pre_hook && higher.pre_hook && { pre_hook: [...lower.pre_hook, ...higher.pre_hook] }),
    ...(lower.post_hook && higher.post_hook && { post_hook: [...lower.post_hook, ...higher.post_hook] }),
    ...(lower.grants && higher.grants && { grants: mergedGrants(lower.grants, higher.grants) }),
  };
}

/** The roles of `higher` over, or beside, those of `lower`; in the answer no privilege has a plus. */
export function mergedGrants(lower: Grants | undefined, { roles, at }: Grants): Grants {
  const merged: Record<string, readonly string[]> = {};
  for (const [key, names] of [...Object.entries(lower?.roles ?? {}), ...Object.entries(roles)]) {
    const privilege = key.replace('+', '');
    merged[privilege] = [...new Set(key === privilege ? names : [...(merged[privilege] ?? []), ...names])];
  }
  return { roles: merged, at };
}
