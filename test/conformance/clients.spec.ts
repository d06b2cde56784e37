/** Unmodified public clients, each in a process of its own, against the paper exchange. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

  async function run(suite: string): Promise<Outcome[]> {
    const { rest, ws, admin, apiKey, apiSecret } = venue;
    const child = spawn(process.execPath, [
      join(__dirname, 'clients', 'run.mjs'),
      suite,
      JSON.stringify({ rest, ws, admin, apiKey, apiSecret }),
    ]);
    let text = '';
    let complaints = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(complaints);
    return text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Outcome);
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
