import { BlockList, isIP } from 'node:net';

/** Addresses that are not of the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry */
const NOT_PUBLIC: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

const blocked = new BlockList();
for (const [network, prefix] of NOT_PUBLIC) blocked.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/** IPv6 networks whose addresses carry an IPv4 address: mapped, translated (NAT64), 6to4. */
const CARRIERS = [
  { network: blockOf('::ffff:0:0', 96), at: 6 },
  { network: blockOf('::', 96), at: 6 },
  { network: blockOf('64:ff9b::', 96), at: 6 },
  { network: blockOf('2002::', 16), at: 1 },
];

/** Whether an IP address (without brackets) is not of the public internet, or carries one that is not. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return blocked.check(address, 'ipv4');
  if (family !== 6) return false;
  if (blocked.check(address, 'ipv6')) return true;
  const carrier = CARRIERS.find(({ network }) => network.check(address, 'ipv6'));
  return carrier !== undefined && blocked.check(carriedBy(address, carrier.at), 'ipv4');
}

/** Names that never lead to the public internet: RFC 6761, RFC 6762, RFC 8375, `.internal`, and names without a dot. */
const PRIVATE_NAME = /^[^.]+$|\.(?:localhost|local|internal|home\.arpa)$/;

/** Whether a host, as an address has it (`localhost`, `[::1]`, `10.0.0.1`), is private by its looks. */
export function isPrivateHost(host: string): boolean {
  const bare = bareHost(host);
  return isIP(bare) === 0 ? PRIVATE_NAME.test(bare.toLowerCase().replace(/\.$/, '')) : isPrivateAddress(bare);
}

/** Without the brackets of an IPv6 address. */
export const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '');

function blockOf(network: string, prefix: number): BlockList {
  const list = new BlockList();
  list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** The IPv4 address in the 16-bit groups `at` and `at + 1` of an IPv6 address. */
function carriedBy(address: string, at: number): string {
  // the URL parser writes an address in groups of hexadecimal digits, whatever form it had
  const groups = bareHost(new URL(`http://[${address.replace(/%.*/, '')}]`).hostname)
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const [head = [], tail = []] = groups;
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  const bits = [all[at]!, all[at + 1]!].map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join('.');
}
