/** Unmodified public clients, each in a process of its own, against the paper exchange. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openVenue, PaperVenue } from './venue';

interface Outcome {
  readonly client: string;
  readonly call: string;
  readonly error?: string;
}

const SUITES = ['ccxt-futures', 'ccxt-spot', 'ccxt-streams', 'binance-connector', 'binance-sdk'];

describe('a public client cannot tell the paper exchange from Binance', () => {
  let venue: PaperVenue;

  beforeAll(async () => {
    venue = await openVenue();
  });
  afterAll(() => venue.stop());

  it.each(SUITES)('%s', async (suite) => {
    const outcomes = await run(suite);
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(0);
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
