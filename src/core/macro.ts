/** A value that a template can pass to a helper: text, number, boolean, null, list or mapping. */
export type TemplateValue = string | number | boolean | null | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

/** A macro in TypeScript: positional arguments in order, then one object of named arguments when there are any; returns SQL, or plain data for others. */
export type MacroFunction = (...args: TemplateValue[]) => TemplateValue;
