/** Unmodified public clients, each in a process of its own, against the paper exchange. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toldLines } from './told-lines';
import { openVenue, PaperVenue } from './venue';

interface Outcome {
  readonly client: string;
  readonly call: string;
  readonly error?: string;
}

const SUITES = ['ccxt-futures', 'ccxt-spot', 'ccxt-streams', 'binance-connector', 'binance-sdk'];

const README = join(__dirname, '..', '..', 'apps', 'paper-exchange', 'README.md');
const TABLE = /(<!-- calls and clients: begin -->\n)[^]*(<!-- calls and clients: end -->)/;

/** Ends a run that hangs; no machine is that slow. */
const PATIENCE_MS = 240_000;

describe('a public client cannot tell the paper exchange from Binance', () => {
  let venue: PaperVenue;
  const passed: Outcome[] = [];

  beforeAll(async () => {
    venue = await openVenue();
  });
  afterAll(() => venue.stop());

  it.each(SUITES)(
    '%s',
    async (suite) => {
      const outcomes = await run(suite);
      expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(0);
      passed.push(...outcomes);
    },
    PATIENCE_MS,
  );

  it('the README of the paper exchange shows exactly the calls that passed (UPDATE_TABLE=yes rewrites it)', () => {
    const readme = readFileSync(README, 'utf8');
    const current = readme.replace(
      TABLE,
      (_all, begin: string, end: string) => `${begin}${tableOf(passed)}${end}`,
    );
    if (process.env.UPDATE_TABLE === 'yes') writeFileSync(README, current);
    else expect(readme).toBe(current);
  });

  function run(suite: string): Promise<readonly Outcome[]> {
    const { rest, ws, admin, apiKey, apiSecret } = venue;
    const program = join(__dirname, 'clients', 'run.mjs');
    return toldLines(program, suite, JSON.stringify({ rest, ws, admin, apiKey, apiSecret }));
  }
});

/** One row a client: how many calls passed, and which. */
function tableOf(passed: readonly Outcome[]): string {
  const clients = new Map<string, string[]>();
  for (const { client, call } of passed) clients.set(client, [...(clients.get(client) ?? []), call]);
  const rows = [...clients].map(
    ([client, calls]) => `| ${client} | ${calls.length} | ${calls.join(' · ')} |`,
  );
  return `\n| client | passes | calls |\n| --- | --- | --- |\n${rows.join('\n')}\n\n`;
}
