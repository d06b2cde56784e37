/** From where a key may be used: the networks that its owner named, or private ones where none are named. */
import { BlockList, isIP, isIPv4 } from 'node:net';

const PRIVATE = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
];

/** A name that is no network allows no address: a list of one typing error must not open the key to every address. */
export function addressRule(named: readonly string[]): (address: string) => boolean {
  const networks = new BlockList();
  for (const network of named.length > 0 ? named : PRIVATE) {
    const [address = '', bits] = network.split('/');
    if (isIP(address) === 0) continue;
    const [family, whole] = isIPv4(address) ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
    const prefix = bits === undefined ? whole : Number(bits);
    if (prefix <= whole) networks.addSubnet(address, prefix, family);
  }
  return (given) => {
    // An IPv4 client of a socket that listens on both.
    const address = given.replace(/^::ffff:(?=\d+\.)/, '');
    return isIP(address) !== 0 && networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}
