import type { Location } from '../core/diagnostic';
import { EXPOSURE_TYPES, MATURITIES, type ExposureType, type Maturity } from '../core/exposure';
import type { TemplateValue } from '../core/macro';
import { owner } from './groups';
import { listOf, mapping, optional, required, type Reader, type Text } from './shape';
import { boolean, located, nameBy, oneOf, text, texts, values } from './shapeValues';

type Values = Readonly<Record<string, TemplateValue>>;

/** Something outside of the project that reads it, as dbt has it. */
export interface ExposureDeclaration {
  readonly name: string;
  readonly at: Location;
  readonly label?: string;
  readonly type: ExposureType;
  readonly maturity?: Maturity;
  readonly url?: string;
  readonly description: string;
  readonly owner: Values;
  /** As they are written: `ref('users')`, `source('shop', 'carts')`. */
  readonly dependsOn: readonly Text[];
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly meta: Values;
}

const readConfig = mapping('the config of an exposure', {
  enabled: optional(boolean, true),
  tags: optional(texts, []),
  meta: optional(values, {}),
});

const readExposure = mapping('an exposure', {
  name: required(nameBy('part')),
  label: optional(text),
  type: required(oneOf(EXPOSURE_TYPES)),
  maturity: optional(oneOf(MATURITIES)),
  url: optional(text),
  description: optional(text, ''),
  owner: required(owner),
  depends_on: optional(listOf(located), []),
  config: optional(readConfig, { enabled: true, tags: [], meta: {} }),
  tags: optional(texts, []),
  meta: optional(values, {}),
});

/** One entry of `exposures:`. Tags and meta may stand beside its config or in it, and add up. */
export const exposure: Reader<ExposureDeclaration> = (node, key, report) => {
  const read = readExposure(node, key, report);
  if (read === undefined) return undefined;
  const { name, label, type, maturity, url, description, owner, depends_on: dependsOn, config, tags, meta } = read;
  return {
    name: name.text,
    at: name.at,
    ...(label !== undefined && { label }),
    type,
    ...(maturity !== undefined && { maturity }),
    ...(url !== undefined && { url }),
    description,
    owner,
    dependsOn,
    enabled: config.enabled,
    tags: [...new Set([...tags, ...config.tags])],
    meta: { ...meta, ...config.meta },
  };
};
