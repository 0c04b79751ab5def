import type { Resource } from '../core/loader';
import type { TemplateValue } from '../core/macro';
import { boundText } from '../core/placeholder';
import type { Window } from './cursorWindow';

/** The bounds of a window, by the names of their placeholders; for a module as well. */
export const boundsOf = ({ start, end }: Window): Readonly<Record<string, string>> => ({
  start_value: start.text,
  ...(end !== undefined && { end_value: end.text }),
});

/** `resource` with the window's bounds in the placeholders `{incremental.…}` of its path, its parameters and its body. */
export function boundedResource(resource: Resource, window: Window): Resource {
  const bounds = boundsOf(window);
  const text = (template: string): string => boundText(template, (name) => bounds[name] ?? '');
  const params = Object.entries(resource.params).map(([name, value]) => [name, typeof value === 'string' ? text(value) : value] as const);
  const isNumber = window.incremental.type === 'number';
  return {
    ...resource,
    path: boundText(resource.path, (name) => encodeURIComponent(bounds[name] ?? '')),
    params: Object.fromEntries(params),
    ...(resource.json !== undefined && { json: boundJson(resource.json, text, isNumber) }),
  };
}

/** A text that is one placeholder of a number becomes that number, where JavaScript has it. */
function boundJson(template: TemplateValue, text: (template: string) => string, isNumber: boolean): TemplateValue {
  if (typeof template === 'string') {
    const value = text(template);
    const alone = isNumber && /^\{incremental\.\w+\}$/.test(template);
    return alone && String(Number(value)) === value ? Number(value) : value;
  }
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((each: TemplateValue) => boundJson(each, text, isNumber));
  return Object.fromEntries(Object.entries(template).map(([key, each]) => [key, boundJson(each as TemplateValue, text, isNumber)]));
}
