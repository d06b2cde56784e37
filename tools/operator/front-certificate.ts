/**
 * `npm run front:certificate [-- --domain DOMAIN] [--days N]`: an authority of our own and one certificate of it for the
 * front's host names, `<service>.binance.<domain>`. The authority may speak for that domain alone, and its key is thrown
 * away at once: whoever trusts it trusts this one certificate and nothing that could be made later.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { givenValues } from '../launcher/settings';
import { FRONT_TLS_FOLDER } from '../launcher/front-tls';
import { Verb } from './running-system';

const EXIT_USAGE = 64;
const USAGE = 'usage: npm run front:certificate [-- --domain DOMAIN] [--days N]';
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
/** Longer than this some clients refuse a certificate. */
const DAYS_AT_MOST = 825;
const KEY_KIND = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function operate({ args, root }: Verb): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      domain: { type: 'string', default: 'elvis.internal' },
      days: { type: 'string', default: `${DAYS_AT_MOST}` },
    },
  });
  const days = Number(values.days);
  if (!DOMAIN.test(values.domain) || !(days >= 1 && days <= DAYS_AT_MOST)) {
    console.error(USAGE);
    return Promise.resolve(EXIT_USAGE);
  }
  const folder = resolve(root, givenValues(root).ELVIS_HOME ?? '.elvis', FRONT_TLS_FOLDER);
  try {
    makeCertificate(folder, values.domain, Math.floor(days));
  } catch (error) {
    console.error(`No certificate was made: ${(error as Error).message}`);
    return Promise.resolve(1);
  }
  console.log(whatNow(folder, values.domain));
  return Promise.resolve(0);
}

function makeCertificate(folder: string, domain: string, days: number): void {
  const work = mkdtempSync(join(tmpdir(), 'elvis-certificate-'));
  const at = (name: string): string => join(work, name);
  const openssl = (...words: string[]): void =>
    void execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    writeFileSync(at('openssl.cnf'), settingsFor(domain));
    const settings = ['-config', at('openssl.cnf')];
    const life = ['-days', `${days}`];
    const authority = ['-x509', ...KEY_KIND, ...life, '-extensions', 'authority', '-subj', '/CN=Elvis front'];
    openssl('req', ...settings, ...authority, '-keyout', at('authority.key'), '-out', at('authority.pem'));
    const subject = ['-subj', `/CN=binance.${domain}`];
    openssl('req', ...settings, ...KEY_KIND, ...subject, '-keyout', at('key.pem'), '-out', at('request.pem'));
    const by = ['-CA', at('authority.pem'), '-CAkey', at('authority.key'), '-CAcreateserial'];
    const names = ['-extfile', at('openssl.cnf'), '-extensions', 'front'];
    const request = ['-req', '-in', at('request.pem'), '-out', at('certificate.pem')];
    openssl('x509', ...request, ...by, ...life, ...names);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of ['authority.pem', 'certificate.pem', 'key.pem'])
      execFileSync('install', ['-m', '600', at(name), join(folder, `${name}.new`)]);
    for (const name of ['authority.pem', 'certificate.pem', 'key.pem'])
      renameSync(join(folder, `${name}.new`), join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const settingsFor = (domain: string): string => `[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign
nameConstraints = critical,permitted;DNS:binance.${domain}
subjectKeyIdentifier = hash
[front]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:*.binance.${domain},DNS:binance.${domain}
`;

const whatNow = (folder: string, domain: string): string =>
  [
    `The certificate for *.binance.${domain} is in ${folder}; "npm start" uses it from its next start on.`,
    'Elsewhere the front is given it by FRONT_TLS_CERTIFICATE, FRONT_TLS_KEY and FRONT_TLS_PORT.',
    '',
    `Clients find the front by these names (a hosts entry or your DNS): ${SERVICES.map((name) => `${name}.binance.${domain}`).join(' ')}`,
    'and trust its authority by one of',
    `  NODE_EXTRA_CA_CERTS=${join(folder, 'authority.pem')}   (Node)`,
    `  REQUESTS_CA_BUNDLE=${join(folder, 'authority.pem')}    (Python, requests)`,
    `  SSL_CERT_FILE=${join(folder, 'authority.pem')}         (Python, aiohttp and websockets)`,
  ].join('\n');

/** By these first labels Binance's clients name its services. */
const SERVICES = ['api', 'fapi', 'dapi', 'eapi', 'stream', 'fstream', 'ws-api', 'ws-fapi'];
