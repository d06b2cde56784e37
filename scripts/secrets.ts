/**
 * `npm run --silent secrets -- compose|k8s`: every secret a deployment needs, made anew and printed, stored nowhere.
 *
 * For docker-compose a `.env`; for Kubernetes one Secret per process, each with what that process uses and no more.
 */
import { NATS_USERS, NatsUser, generateNatsPasswords, generateSecret, passwordVariable } from './servers';

const [format] = process.argv.slice(2);
const nats = generateNatsPasswords();
const natsVariables = Object.fromEntries(NATS_USERS.map((user) => [passwordVariable(user), nats[user]]));
const [redis, approval, database, superuser] = [1, 2, 3, 4].map(generateSecret) as [
  string,
  string,
  string,
  string,
];
const paper = { BINANCE_API_KEY: generateSecret(), BINANCE_API_SECRET: generateSecret() };
const other = { PAPER_OTHER_API_KEY: generateSecret(), PAPER_OTHER_API_SECRET: generateSecret() };
const natsUrl = (user: NatsUser) => ({ NATS_URL: `nats://${user}:${nats[user]}@nats:4222` });
const signed = { REDIS_PASSWORD: redis, APPROVAL_KEY: approval };

const forCompose = {
  API_KEY: generateSecret(),
  ...signed,
  DB_PASSWORD: database,
  POSTGRES_PASSWORD: superuser,
  ...paper,
  ...other,
  ...natsVariables,
};
const forKubernetes: Record<string, Record<string, string>> = {
  'elvis-gateway': { ...natsUrl('gateway'), REDIS_PASSWORD: redis, API_KEY: generateSecret() },
  'elvis-risk': { ...natsUrl('risk'), ...signed },
  'elvis-execution': { ...natsUrl('execution'), ...signed, ...paper },
  'elvis-trade-history': { ...natsUrl('trade-history'), DB_PASSWORD: database },
  'elvis-market-data': natsUrl('market-data'),
  'elvis-paper-exchange': { ...paper, ...other },
  'elvis-provision': natsUrl('provision'),
  'elvis-redis': { REDIS_PASSWORD: redis },
  'elvis-nats': natsVariables,
  'elvis-postgres': { POSTGRES_PASSWORD: superuser, ELVIS_DB_PASSWORD: database },
};

if (format === 'compose') {
  for (const [name, value] of Object.entries(forCompose)) console.log(`${name}=${value}`);
} else if (format === 'k8s') {
  const items = Object.entries(forKubernetes).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'elvis-paper' },
    type: 'Opaque',
    stringData,
  }));
  console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
} else {
  console.error(
    'usage: npm run --silent secrets -- compose > .env\n       npm run --silent secrets -- k8s | kubectl apply -f -',
  );
  process.exitCode = 64;
}
