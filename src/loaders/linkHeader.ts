/** One link of a `Link` header: `<address>; rel="next"; title=…`. RFC 8288 §3. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$&+\-.^`|~*]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]+))?)*)/g;
const REL = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]+))/i;

/** The address that a `Link` header gives for the relation `rel`; undefined when it gives none. */
export function linkOf(header: string | undefined, rel: string): string | undefined {
  for (const [, address, parameters = ''] of (header ?? '').matchAll(LINK)) {
    const found = REL.exec(parameters);
    const rels = (found?.[1] ?? found?.[2] ?? '').toLowerCase().split(/\s+/);
    if (rels.includes(rel.toLowerCase())) return address;
  }
  return undefined;
}
