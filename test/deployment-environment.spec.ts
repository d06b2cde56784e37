/** What the services read from their environment, what is written about it, and what the deployments give them. */
import { loadConfig, variablesOf } from '@elvis/platform';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { SERVICE_CONFIGS, SERVICE_NAMES, ServiceName } from '../tools/launcher/services';
import { allVariables } from '../scripts/manifests/env-example';
import { madeFiles } from '../scripts/manifests/render';
import { secretsFor } from '../tools/launcher/secrets';
import { passwordVariable } from '@elvis/testing';

const variables = allVariables('.');
const example = readFileSync('.env.example', 'utf8');

const isKnownTo = (service: ServiceName, name: string): boolean => {
  const { names, families } = variablesOf(SERVICE_CONFIGS[service]);
  return names.includes(name) || families.some(({ prefix }) => name.startsWith(prefix));
};

describe('.env.example', () => {
  it.each(variables.map(({ name }) => [name]))('has %s, with the reason for it', (name) => {
    const variable = variables.find((one) => one.name === name);
    expect(example).toMatch(new RegExp(`^#${name.replace(/[.*+?^\${}()|[\]\\]/g, '\\$&')}=`, 'm'));
    expect([name, (variable?.comment ?? '').length > 5]).toEqual([name, true]);
  });

  it('marks what has to be set', () => {
    const marked = [...example.matchAll(/^# REQUIRED.*\n# Read by.*\n#([A-Z_0-9]+)=/gm)].map(
      ([, name]) => name,
    );
    const required = variables.filter(({ isRequired }) => isRequired).map(({ name }) => name);
    expect(marked.sort()).toEqual(required.sort());
    expect(required).toEqual(expect.arrayContaining(['DB_PASSWORD', 'NATS_URL', 'APPROVAL_KEY']));
  });

  it('is what the configuration classes say today', () => {
    expect(example).toBe(madeFiles('.')['.env.example']);
  });
});

describe('docker-compose.yml', () => {
  interface Compose {
    readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
  }
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
  const secrets = secretsFor('compose');

  it.each(SERVICE_NAMES)('gives %s all that it needs and nothing that it does not read', (service) => {
    const environment = Object.fromEntries(
      Object.entries(services[service]?.environment ?? {}).map(([name, text]) => [
        name,
        fillIn(text, secrets),
      ]),
    );
    expect(Object.keys(environment).filter((name) => !isKnownTo(service, name))).toEqual([]);
    expect(() => loadConfig<object>(SERVICE_CONFIGS[service], environment)).not.toThrow();
  });
});

describe('k8s/overlays/paper', () => {
  const secrets = secretsFor('k8s');

  it.each(SERVICE_NAMES)('gives %s all that it needs and nothing that it does not read', (service) => {
    const settings = parseEnv(readFileSync(`k8s/overlays/paper/${service}.env`, 'utf8')) as Record<
      string,
      string
    >;
    const environment = { ...settings, ...secrets[`elvis-${service}`] };
    expect(Object.keys(environment).filter((name) => !isKnownTo(service, name))).toEqual([]);
    expect(() => loadConfig<object>(SERVICE_CONFIGS[service], environment)).not.toThrow();
  });

  it('lets the two halves of every secret agree', () => {
    expect(secrets['elvis-risk']?.APPROVAL_KEY).toBe(secrets['elvis-execution']?.APPROVAL_KEY);
    const postgres = secrets['elvis-postgres'];
    expect(secrets['elvis-trade-history']?.DB_PASSWORD).toBe(postgres?.ELVIS_DB_SERVICE_PASSWORD);
    expect(secrets['elvis-database-owner']?.DB_OWNER_PASSWORD).toBe(postgres?.ELVIS_DB_PASSWORD);
    expect(postgres?.ELVIS_DB_PASSWORD).not.toBe(postgres?.ELVIS_DB_SERVICE_PASSWORD);
    for (const user of [
      'gateway',
      'risk',
      'execution',
      'trade-history',
      'market-data',
      'binance-gateway',
      'provision',
    ] as const) {
      const password = new URL(secrets[`elvis-${user}`]?.NATS_URL ?? '').password;
      expect([user, password]).toEqual([user, secrets['elvis-nats']?.[passwordVariable(user)]]);
    }
  });
});

/** `${NAME:-default}` and `${NAME:?message}`, as compose reads them. */
const fillIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}/g, (_, name: string, otherwise?: string) => {
    const value = values[name] ?? otherwise;
    if (value === undefined) throw new Error(`${name} is in no .env that "npm run secrets" makes`);
    return value;
  });
