/** Every REST call that we serve and the oracle knows, reads and writes alike. */
import { ConformingCalls, SYMBOL } from '../conforming-calls';
import { call, takenOf } from '../signed-calls';
import { KEYS, openVenue, PaperVenue } from '../venue';
import { Oracle, samplesOf } from './oracle';
import { NOT_SERVED, REST_EXCEPTIONS } from './rest-exceptions';

interface Sample {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly response: unknown;
}

const SAMPLES = samplesOf<Sample>('binance_net_rest.jsonl');
describe('the paper exchange answers in the shapes of the recorded samples', () => {
  const oracle = new Oracle(REST_EXCEPTIONS);
  let venue: PaperVenue;
  let calls: ConformingCalls;
  let served: Set<string>;
  /** The account whose modes may be changed: it holds nothing. */
  let idle: PaperVenue;

  beforeAll(async () => {
    venue = await openVenue({ PAPER_BALANCE: '1000000' });
    idle = { ...venue, apiKey: KEYS.BINANCE_API_KEY, apiSecret: KEYS.BINANCE_API_SECRET };
    served = new Set(venue.exchange.served());
    calls = new ConformingCalls(venue);
    await calls.buySome();
  });
  afterAll(() => venue.stop());

  it('serves every call of the samples but the listed ones', () => {
    const missing = SAMPLES.filter(({ method, path }) => !served.has(`${method} ${path}`));
    expect(missing.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      Object.values(NOT_SERVED).flat().sort(),
    );
  });

  it.each(
    SAMPLES.filter(({ method, path }) => !Object.values(NOT_SERVED).flat().includes(`${method} ${path}`)).map(
      (sample) => [sample.name, sample] as const,
    ),
  )('%s', async (name, { method, path, response }) => {
    const key = `${method} ${path}`;
    const parameters = takenOf(venue.exchange.takenBy(key)!, (await calls.CALLS[key]?.()) ?? SYMBOL);
    const signed = venue.exchange.securityOf(key) === 'SIGNED';
    const changesModes = /POST .*(dual|multiAssetsMargin)$/.test(key);
    const answer = await call(changesModes ? idle : venue, method, path, parameters, { signed });
    expect(answer.text.slice(0, 300)).not.toContain('"code":-');
    expect(oracle.compare(name, response, answer.body)).toEqual([]);
  });

  it('needs every exception it lists', () => {
    expect(oracle.idle()).toEqual([]);
  });
});
