import type { Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import type { RenderText } from './sourcesRender';
import { parseYaml } from './yaml';
import type { YamlNode } from './yamlNode';

/** The YAML of `file`, its descriptions rendered; undefined when it cannot be read, and that has been reported. */
export function parseDescribed(file: TextFile, report: Report, render: RenderText | undefined): YamlNode | undefined {
  const node = parseYaml(file, report);
  return node !== undefined && render !== undefined && file.text.includes('{{') ? described(node, render) : node;
}

/** `node` with the templates in every `description:` rendered, `'{{ doc("cents") }}'`. A description is a text, whatever its block holds. */
function described(node: YamlNode, render: RenderText): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'list':
      return { ...node, items: node.items.map((item) => described(item, render)) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map((entry) => {
          const { key, value } = entry;
          const isText = key === 'description' && value.kind === 'scalar' && typeof value.value === 'string';
          if (!isText || !value.text.includes('{{')) return { ...entry, value: described(value, render) };
          const text = (render(value.text, value.at) ?? '').trim();
          return { ...entry, value: { ...value, value: text, text } };
        }),
      };
  }
}
