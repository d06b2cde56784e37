/** What the services read from their environment, what is written about it, and what the deployments give them. */
import { loadConfig, variablesOf } from '@elvis/platform';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { SERVICE_CONFIGS, SERVICE_NAMES, ServiceName } from '../tools/launcher/services';
import { allVariables } from '../scripts/manifests/env-example';
import { madeFiles } from '../scripts/manifests/render';
import { secretsFor } from '../tools/launcher/secrets';
import { natsConfig, passwordVariable } from '@elvis/testing';
import { OVERLAYS, Overlay } from '../scripts/manifests/release';

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

  const processes = SERVICE_NAMES.flatMap((service): [string, ServiceName][] =>
    service === 'bots'
      ? ['supervisor', 'worker', 'research'].map((role) => [`bots-${role}`, service])
      : [[service, service]],
  );

  it.each(processes)('gives %s all that it needs and nothing that it does not read', (name, service) => {
    expect(services).toHaveProperty([name, 'environment']);
    const environment = Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([name, text]) => [name, fillIn(text, secrets)]),
    );
    expect(Object.keys(environment).filter((name) => !isKnownTo(service, name))).toEqual([]);
    expect(() => loadConfig<object>(SERVICE_CONFIGS[service], environment)).not.toThrow();
  });

  it('gives the bus the password of each of its users', () => {
    const environment = services.nats?.environment ?? {};
    for (const [, variable = ''] of natsConfig('deployed').matchAll(/password: \$(\w+)/g))
      expect([variable, variable in environment, variable in secrets]).toEqual([variable, true, true]);
  });
});

describe('k8s/overlays', () => {
  const secrets = secretsFor('k8s');
  const processes = OVERLAYS.flatMap((overlay) =>
    SERVICE_NAMES.filter((service) => overlay === 'paper' || service !== 'paper-exchange').map(
      (service): [Overlay, ServiceName] => [overlay, service],
    ),
  );

  it.each(processes)(
    '%s gives %s all that it needs and nothing that it does not read',
    (overlay, service) => {
      const settings = parseEnv(readFileSync(`k8s/overlays/${overlay}/${service}.env`, 'utf8')) as Record<
        string,
        string
      >;
      const shipped = { ...settings, ...secrets[`elvis-${service}`] };
      // Only a person may say that real money is meant; the overlay as it stands refuses to start.
      const needsWord = overlay === 'live' && service === 'execution';
      if (needsWord)
        expect(() => loadConfig<object>(SERVICE_CONFIGS[service], shipped)).toThrow(
          /LIVE_TRADING_CONFIRMED=yes/,
        );
      const environment = { ...shipped, ...(needsWord && { LIVE_TRADING_CONFIRMED: 'yes' }) };
      expect(Object.keys(environment).filter((name) => !isKnownTo(service, name))).toEqual([]);
      expect(() => loadConfig<object>(SERVICE_CONFIGS[service], environment)).not.toThrow();
    },
  );

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
