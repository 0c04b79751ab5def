import type { Resource } from '../core/loader';
import { isPrivateHost } from './privateAddress';

/** What an address that an API gave (a next link, a redirect) is to the resource: its own server, another that is allowed, or out of reach. */
export type Reach = 'own' | 'allowed' | { readonly problem: string; readonly hint: string };

export function reachOf(url: string, { baseUrl, allowHosts }: Pick<Resource, 'baseUrl' | 'allowHosts'>): Reach {
  if (!URL.canParse(url) || !URL.canParse(baseUrl))
    return { problem: 'leads to an address that cannot be read', hint: 'check what the API answers' };
  const target = new URL(url);
  const base = new URL(baseUrl);
  if (target.protocol === base.protocol && target.host === base.host) return 'own';
  if (target.protocol !== 'https:' && target.protocol !== base.protocol) {
    return {
      problem: `leads from \`${base.protocol}\` to \`${target.protocol}\``,
      hint: `write the final address as \`base_url\` if that is meant`,
    };
  }
  if (allowHosts.includes(target.host) || allowHosts.includes(target.hostname)) return 'allowed';
  const hint = `write the final address, or allow it by \`allow_hosts: [${target.host}]\`; it gets none of the secrets`;
  return { problem: `leads to \`${target.origin}\`, away from the declared \`${base.origin}\``, hint };
}

/** Whether requests of the resource must stay in the public internet: unless they are declared to go elsewhere. */
export const publicOnly = ({ baseUrl, allowPrivate }: Pick<Resource, 'baseUrl' | 'allowPrivate'>): boolean =>
  !allowPrivate && URL.canParse(baseUrl) && !isPrivateHost(new URL(baseUrl).hostname);
