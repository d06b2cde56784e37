/**
 * `npm run front:key -- --bot NAME [--json]`: makes a key of the Binance front for a bot that Elvis does not run, and
 * prints what to paste into its configuration. The secret is printed here once and kept nowhere in clear.
 */
import { parseArgs } from 'node:util';
import { StackFile } from '../launcher/stack-file';
import { Verb, findRunningSystem } from './running-system';

const EXIT_USAGE = 64;
const USAGE =
  'usage: npm run --silent front:key -- --bot NAME [--read-only] [--capital AMOUNT] [--symbols A,B] [--max-leverage N] [--addresses CIDR,CIDR] [--json]';

interface MadeKey {
  readonly key: string;
  readonly secret: string;
}

export async function operate({ args, root }: Verb): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bot: { type: 'string' },
      'read-only': { type: 'boolean', default: false },
      capital: { type: 'string' },
      symbols: { type: 'string' },
      'max-leverage': { type: 'string' },
      addresses: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.bot === undefined) {
    console.error(USAGE);
    return EXIT_USAGE;
  }
  const { stack } = findRunningSystem(root);
  if (!stack) {
    console.error('Elvis is not running here, so no key was made; start it with "npm start"');
    return 1;
  }
  const listOf = (text: string | undefined): string[] | undefined =>
    text?.split(',').map((part) => part.trim());
  const made = await makeKey(stack, {
    name: values.bot,
    scopes: values['read-only'] ? ['read'] : ['read', 'trade'],
    terms: {
      capital: values.capital,
      symbols: listOf(values.symbols),
      maxLeverage: values['max-leverage'] === undefined ? undefined : Number(values['max-leverage']),
      addresses: listOf(values.addresses),
    },
  });
  if (typeof made === 'string') {
    console.error(`No key was made: ${made}`);
    return 1;
  }
  const { key: apiKey, secret } = made;
  console.log(values.json ? JSON.stringify({ apiKey, secret }) : configuration(stack, apiKey, secret));
  return 0;
}

async function makeKey(stack: StackFile, wish: object): Promise<MadeKey | string> {
  const response = await fetch(`${stack.gatewayUrl}/api/v1/access-keys`, {
    method: 'POST',
    headers: { 'X-API-Key': stack.apiKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'binance', ...wish }),
  });
  const body = (await response.json()) as MadeKey & { readonly detail?: string };
  return response.status === 201 ? body : (body.detail ?? `the gateway answered ${response.status}`);
}

/** Under TLS where there is a certificate: only there does ccxt know Binance's codes by the front's host names. */
const configuration = ({ front }: StackFile, apiKey: string, secret: string): string =>
  [
    `apiKey  ${apiKey}`,
    `secret  ${secret}`,
    '',
    'ccxt (JavaScript):',
    ...(front.tlsHost === undefined ? plainCcxt(front.restUrl) : tlsCcxt(front.tlsHost)),
    '',
    'The secret is not shown again. Other clients: docs/binance-front.md',
  ].join('\n');

const plainCcxt = (url: string): string[] => [
  `  new ccxt.binanceusdm({ apiKey, secret, urls: { api: {`,
  `    fapiPublic: '${url}/fapi/v1', fapiPublicV2: '${url}/fapi/v2', fapiPublicV3: '${url}/fapi/v3',`,
  `    fapiPrivate: '${url}/fapi/v1', fapiPrivateV2: '${url}/fapi/v2', fapiPrivateV3: '${url}/fapi/v3',`,
  `    public: '${url}/api/v3', private: '${url}/api/v3', sapi: '${url}/sapi/v1' } },`,
  `    options: { fetchMarkets: { types: ['linear'] }, fetchMargins: false, fetchCurrencies: false } })`,
];

const tlsCcxt = (host: string): string[] => [
  `  new ccxt.binanceusdm({ apiKey, secret, hostname: '${host}', urls: { api: {`,
  ...['fapiPublic', 'fapiPrivate'].map(
    (name) =>
      `    ${name}: 'https://fapi.${host}/fapi/v1', ${name}V2: 'https://fapi.${host}/fapi/v2', ${name}V3: 'https://fapi.${host}/fapi/v3',`,
  ),
  `    public: 'https://api.${host}/api/v3', private: 'https://api.${host}/api/v3', sapi: 'https://api.${host}/sapi/v1' } } })`,
];
