import type { Location, Report } from '../core/diagnostic';
import { resolvePlain } from './yamlScalar';
import type { YamlNode, YamlScalar } from './yamlNode';

/** What a text with templates in it says; undefined when it cannot be rendered, and that has been reported. */
export type RenderText = (text: string, at: Location) => string | undefined;

/**
 * `node` with every text that holds `{{` rendered, so that readers see what the templates say: a number where one is said, else a text.
 * The places of texts that could not be rendered are added to `failed`: what is wrong with them later is no news.
 */
export function renderedNode(node: YamlNode, render: RenderText, failed: Set<Location>): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('{{') ? renderedScalar(node, render, failed) : node;
    case 'list':
      return { ...node, items: node.items.map((item) => renderedNode(item, render, failed)) };
    case 'map':
      return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: renderedNode(entry.value, render, failed) })) };
  }
}

function renderedScalar(node: YamlScalar, render: RenderText, failed: Set<Location>): YamlScalar {
  const text = render(node.text, node.at);
  if (text === undefined) failed.add(node.at);
  return text === undefined ? node : { ...node, text, value: resolvePlain(text) ?? text };
}

/** `report` without what is wrong at the places of `failed`. */
export function reportExcept(failed: ReadonlySet<Location>, report: Report): Report {
  return (diagnostic) => {
    if (diagnostic.at === undefined || !failed.has(diagnostic.at)) report(diagnostic);
  };
}
