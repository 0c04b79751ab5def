import type { Template } from './template';

/** White space and SQL comments, nothing that a database would run. */
export function isBlank(text: string): boolean {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/.test(text);
}

/** Whether nothing of a template can become SQL: it holds comments, and at most its own `config(…)`. */
export function isBlankTemplate({ parts }: Template): boolean {
  return parts.every((part) => {
    if (part.kind === 'comment') return true;
    if (part.kind === 'text') return isBlank(part.value);
    return part.kind === 'output' && part.expr.kind === 'call' && part.expr.name === 'config';
  });
}
