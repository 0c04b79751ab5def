import type { Location } from './diagnostic';

/** What a selector of `selectors.yaml` chooses. */
export type Definition =
  /** Words as on the command line. */
  | { readonly kind: 'words'; readonly text: string; readonly indirect?: string; readonly at: Location }
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly Definition[] }
  | { readonly kind: 'difference'; readonly from: Definition; readonly parts: readonly Definition[] }
  | { readonly kind: 'selector'; readonly name: string; readonly at: Location };

/** A selection with a name. */
export interface Selector {
  readonly name: string;
  readonly description: string;
  /** It is taken where no flag selects anything. */
  readonly isDefault: boolean;
  readonly definition: Definition;
  readonly at: Location;
}
