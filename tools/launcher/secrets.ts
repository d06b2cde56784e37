/**
 * `npm run --silent secrets -- compose|k8s [overlay]`: every secret a deployment needs, made again and printed, stored nowhere.
 *
 * For docker-compose a `.env`; for Kubernetes one Secret per process, each with what that process uses and no more.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  NATS_USERS,
  NatsUser,
  generateEncryptionKey,
  generateNatsPasswords,
  generateSecret,
  passwordVariable,
} from './servers';

/** Signs the audit log's checkpoints: an Ed25519 key as PKCS #8 DER in base64. */
const generateSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

const NATS_SERVERS = [0, 1, 2] as const;

/** How the servers of a cluster find and know each other; a server that stands alone reads none of it. */
const clusterVariables = (password: string): Record<string, string> => ({
  NATS_CLUSTER_PASSWORD: password,
  ...Object.fromEntries(
    NATS_SERVERS.map((index) => [
      `NATS_ROUTE_${index}`,
      `nats://cluster:${password}@nats-${index}.nats:6222`,
    ]),
  ),
});

/** For compose: variable -> value. */
export function secretsFor(format: 'compose'): Record<string, string>;
/** For Kubernetes: Secret -> variable -> value. */
export function secretsFor(format: 'k8s'): Record<string, Record<string, string>>;
export function secretsFor(format: 'compose' | 'k8s'): object {
  const nats = generateNatsPasswords();
  const natsVariables = Object.fromEntries(NATS_USERS.map((user) => [passwordVariable(user), nats[user]]));
  const natsUrl = (user: NatsUser) => ({ NATS_URL: `nats://${user}:${nats[user]}@nats:4222` });
  const database = generateSecret();
  const owner = generateSecret();
  const superuser = generateSecret();
  const gateway = {
    API_KEY: generateSecret(),
    JWT_SECRET: generateSecret(),
    ENCRYPTION_KEY: generateEncryptionKey(),
  };
  const redis = { REDIS_PASSWORD: generateSecret() };
  const approval = { APPROVAL_KEY: generateSecret() };
  const account = { BINANCE_API_KEY: generateSecret(), BINANCE_API_SECRET: generateSecret() };
  const audit = { AUDIT_SIGNING_KEY: generateSigningKey() };
  const other = { PAPER_OTHER_API_KEY: generateSecret(), PAPER_OTHER_API_SECRET: generateSecret() };
  if (format === 'compose') {
    const postgres = { DB_PASSWORD: database, DB_OWNER_PASSWORD: owner, POSTGRES_PASSWORD: superuser };
    return {
      ...gateway,
      ...redis,
      ...approval,
      ...postgres,
      ...audit,
      ...account,
      ...other,
      ...natsVariables,
    };
  }
  return {
    'elvis-gateway': { ...natsUrl('gateway'), ...redis, ...gateway },
    'elvis-risk': { ...natsUrl('risk'), ...redis, ...approval },
    'elvis-execution': { ...natsUrl('execution'), ...redis, ...approval, ...account },
    'elvis-trade-history': { ...natsUrl('trade-history'), DB_PASSWORD: database, ...audit },
    'elvis-market-data': natsUrl('market-data'),
    'elvis-binance-gateway': {
      ...natsUrl('binance-gateway'),
      ...redis,
      ENCRYPTION_KEY: gateway.ENCRYPTION_KEY,
    },
    'elvis-bots': { ...natsUrl('bots'), ...redis },
    'elvis-paper-exchange': { ...account, ...other },
    'elvis-provision': natsUrl('provision'),
    'elvis-redis': redis,
    'elvis-nats': { ...natsVariables, ...clusterVariables(generateSecret()) },
    'elvis-database-owner': { DB_OWNER_PASSWORD: owner },
    'elvis-postgres': {
      POSTGRES_PASSWORD: superuser,
      ELVIS_DB_PASSWORD: owner,
      ELVIS_DB_SERVICE_PASSWORD: database,
    },
  };
}

const OVERLAYS = ['paper', 'testnet', 'live'];

export function operate({
  args: [format, overlay = 'paper'],
}: {
  readonly args: readonly string[];
}): Promise<number> {
  if (format === 'compose') {
    for (const [name, value] of Object.entries(secretsFor(format))) console.log(`${name}=${value}`);
  } else if (format === 'k8s' && OVERLAYS.includes(overlay)) {
    const secrets = secretsFor(format);
    // What only its issuer can make: the exchange's keys of an installation that trades at one.
    if (overlay !== 'paper') delete secrets['elvis-paper-exchange'];
    const items = Object.entries(secrets).map(([name, stringData]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: `elvis-${overlay}` },
      type: 'Opaque',
      stringData,
    }));
    console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
  } else {
    console.error('usage: npm run --silent secrets -- compose > .env');
    console.error('       npm run --silent secrets -- k8s [paper|testnet|live] | kubectl apply -f -');
    return Promise.resolve(64);
  }
  return Promise.resolve(0);
}
