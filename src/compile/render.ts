import { failure } from '../core/diagnostic';
import type { LineMap } from '../core/node';
import type { Template } from '../parse/template';
import { renderBlocks } from './renderBlocks';
import type { Scope } from './renderScope';
import { renderStraight } from './renderStraight';

/** The text that a template gave, and where each piece of it came from. */
export interface Rendered {
  readonly sql: string;
  readonly lines: LineMap;
}

/**
 * Renders a template. Both ways give the same text: a straight template is joined, one with blocks goes through Handlebars.
 * Throws EtlxError: what a helper throws, `template.unknown-helper`, `template.unknown-variable`, `template.render`.
 */
export function render(template: Template, scope: Scope): Rendered {
  if (!template.valid) {
    const at = { file: template.file, line: 1, column: 1 };
    throw failure('template.syntax', { problem: 'it has errors, which are reported where it is read' }, at);
  }
  return template.straight ? renderStraight(template, scope) : renderBlocks(template, scope);
}
