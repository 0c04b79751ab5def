import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type * as undiciModule from 'undici';
import { NetworkError } from './fetcher';
import { bareHost, isPrivateAddress } from './privateAddress';

type Undici = typeof undiciModule;
type Connector = ReturnType<Undici['buildConnector']>;

/**
 * Connections to servers, kept open between requests. With `publicOnly` every address is looked at when it is connected to, not before: a name
 * may lead elsewhere the second time it is asked for.
 */
export function agentOf(undici: Undici, connectSeconds: number, publicOnly: boolean): undiciModule.Agent {
  const timeout = connectSeconds * 1000;
  // requests bring their own limits
  const limits = { headersTimeout: 0, bodyTimeout: 0 };
  if (!publicOnly) return new undici.Agent({ connect: { timeout }, ...limits });
  const connect: Connector = undici.buildConnector({ timeout, lookup: publicLookup as typeof lookup });
  const guarded: Connector = (options, callback) => {
    // an address that is written out is not looked up
    const host = bareHost(options.hostname);
    if (isIP(host) !== 0 && isPrivateAddress(host)) return callback(refusal(host, host), null);
    connect(options, callback);
  };
  return new undici.Agent({ connect: guarded, ...limits });
}

type Found = (error: NodeJS.ErrnoException | null, address?: string | readonly LookupAddress[], family?: number) => void;

/** `dns.lookup`, with an error for a name that has any private address. */
function publicLookup(name: string, options: { readonly all?: boolean }, found: Found): void {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return found(error);
    const inside = addresses.find(({ address }) => isPrivateAddress(address));
    if (inside !== undefined) return found(refusal(name, inside.address));
    if (options.all === true) return found(null, addresses);
    found(null, addresses[0]!.address, addresses[0]!.family);
  });
}

const refusal = (name: string, address: string): NetworkError =>
  new NetworkError(`\`${name}\`${name === address ? '' : ` is \`${address}\`, which`} is not an address of the public internet`, {
    transient: false,
    hint: 'if the API is in your own network, declare `allow_private: true`',
  });
