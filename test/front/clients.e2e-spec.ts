/**
 * The client suites of the paper exchange, unchanged, against the front: what they find there they find here, less the
 * exceptions that are named with their reasons.
 */
import { RunningStack, startStack } from '@elvis/testing';
import { join } from 'node:path';
import { toldLines } from '../conformance/told-lines';
import { EXCEPTIONS } from './client-exceptions';
import { AdminWithout429, openAdminWithout429 } from './admin-without-429';
import { makeKey } from './front-system';

const LIMIT_MS = 600_000;
jest.setTimeout(LIMIT_MS);

const SUITES = ['ccxt-futures', 'ccxt-spot', 'ccxt-streams', 'binance-connector', 'binance-sdk'];
const CALLS = 168;
const EXCEPTIONS_AT_MOST = 12;

/** The suites trade large and fast on one key; what limits a person's account is not what they try. */
const LIMITS = {
  OVERRIDE_HIGH_LEVERAGE: 'true',
  RISK_MAX_ORDERS_PER_SECOND: '10000',
  RISK_MAX_ORDER_NOTIONAL: 'off',
  RISK_MAX_POSITION_NOTIONAL: 'off',
  RISK_MAX_GROSS_NOTIONAL: 'off',
  RISK_PRICE_COLLAR: '0.5',
  RISK_DUPLICATE_WINDOW_MS: 'off',
  RISK_MAX_CONSECUTIVE_REJECTS: 'off',
  RISK_MAX_DAILY_LOSS: 'off',
  RISK_MAX_DRAWDOWN: 'off',
};

interface Outcome {
  readonly client: string;
  readonly call: string;
  readonly error?: string;
}

describe('unmodified clients at the front', () => {
  let system: RunningStack;
  let admin: AdminWithout429;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    system = await startStack({ env: LIMITS });
    admin = await openAdminWithout429(system.stack.exchange.adminUrl);
  });
  afterAll(async () => {
    admin?.close();
    await system?.stop();
  });

  it('find what they find at the exchange, suite after suite, but for the named exceptions', async () => {
    const { front } = system.stack;
    const key = await makeKey(system, 'suites');
    const venue = JSON.stringify({
      rest: front.restUrl,
      ws: front.wsUrl,
      admin: admin.url,
      apiKey: key.apiKey,
      apiSecret: key.secret,
    });
    const program = join(__dirname, '..', 'conformance', 'clients', 'run.mjs');
    for (const suite of SUITES) outcomes.push(...(await toldLines<Outcome>(program, suite, venue)));
    const failed = outcomes.filter(({ error }) => error !== undefined);
    const unnamed = failed.filter((outcome) => EXCEPTIONS[nameOf(outcome)] === undefined);
    expect(unnamed).toEqual([]);
    expect(outcomes).toHaveLength(CALLS);
  });

  it('need no exception that is named for nothing', () => {
    const failed = new Set(outcomes.filter(({ error }) => error !== undefined).map(nameOf));
    expect(Object.keys(EXCEPTIONS).filter((name) => !failed.has(name))).toEqual([]);
    expect(Object.keys(EXCEPTIONS).length).toBeLessThanOrEqual(EXCEPTIONS_AT_MOST);
  });
});

const nameOf = ({ client, call }: Outcome): string => `${client}: ${call}`;
