/**
 * Every call, every parameter: what is not a value is refused or changes the answer, and what is no parameter at all is
 * refused. A parameter that makes no difference was ignored.
 */
import { ConformingCalls, SYMBOL } from '../conforming-calls';
import { Answer, call, Parameters, takenOf } from '../signed-calls';
import { KEYS, openVenue, PaperVenue } from '../venue';
import { sdkCalls } from './sdk-parameters';

/** Nobody's value. */
const NO_VALUE = '!';
/** Belong to every signed call, and are tried apart. */
const SIGNING: readonly string[] = ['recvWindow', 'timestamp', 'signature'];
/** Makes no difference, and why. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'GET /fapi/v1/exchangeInfo symbol': 'Binance itself answers with every symbol',
  'POST /sapi/v1/asset/get-funding-asset asset': 'of an empty wallet nothing is left out',
};

describe('the paper exchange takes each parameter in earnest', () => {
  let venue: PaperVenue;
  let idle: PaperVenue;
  let calls: ConformingCalls;

  beforeAll(async () => {
    venue = await openVenue({ PAPER_BALANCE: '100000000', PAPER_MAX_OPEN_ORDERS: '100000' });
    idle = { ...venue, apiKey: KEYS.BINANCE_API_KEY, apiSecret: KEYS.BINANCE_API_SECRET };
    calls = new ConformingCalls(venue);
    await calls.buySome();
  });
  afterAll(() => venue.stop());

  const ask = async (key: string, changed: Parameters = {}): Promise<Answer> => {
    const [method, path] = key.split(' ') as [string, string];
    if (/rderList|oco/.test(key)) endOpenOrders();
    const signed = venue.exchange.securityOf(key) === 'SIGNED';
    const usual = takenOf(venue.exchange.takenBy(key)!, (await calls.CALLS[key]?.()) ?? SYMBOL);
    const asker = /POST .*(dual|multiAssetsMargin)$/.test(key) ? idle : venue;
    return call(asker, method, path, { ...usual, ...changed }, { signed });
  };
  /** Of lists an account may have no more than twenty. */
  const endOpenOrders = (): void => {
    const { exchange } = venue.exchange.spot;
    const account = exchange.accounts.get('other')!;
    for (const order of account.openOrders())
      exchange.close(account, order, 'CANCELED', venue.exchange.clock.now());
  };
  /** An answer without what changes from one moment to the next. */
  const steady = ({ text }: Answer): string => text.replace(/paper\w+/g, 'paper').replace(/\d+/g, '0');

  it('walks every call that is served', async () => {
    const problems: string[] = [];
    for (const key of venue.exchange.served()) {
      const usual = await ask(key);
      if (usual.status !== 200) problems.push(`${key} is refused as it should be asked: ${usual.text}`);
      const unknown = await ask(key, { elvis: '1' });
      if (unknown.body.code !== -1101 && unknown.body.code !== -1104)
        problems.push(`${key} takes what it does not know: ${unknown.text.slice(0, 80)}`);
      for (const name of venue.exchange.takenBy(key)!.names) {
        if (SIGNING.includes(name)) continue;
        const answer = await ask(key, { [name]: NO_VALUE });
        const isRefused = answer.status >= 400 || /^\[?\{"code":-/.test(answer.text);
        const isIgnored = !isRefused && steady(answer) === steady(usual);
        if (isIgnored !== `${key} ${name}` in WITHOUT_EFFECT)
          problems.push(`${key} ${name}: ${answer.text.slice(0, 120)}`);
        const empty = await ask(key, { [name]: '' });
        if (![-1105, -1102].includes(empty.body.code))
          problems.push(`${key} ${name} may be empty: ${empty.text.slice(0, 80)}`);
      }
    }
    expect(problems).toEqual([]);
  }, 240_000);

  it.each(sdkCalls().map((sdk) => [sdk.call, sdk] as const))(
    'knows what the SDK sends with %s',
    (key, { names, mandatory }) => {
      const taken = venue.exchange.takenBy(key);
      // The wallet's calls, conversions and statistics are not served.
      if (!taken) return;
      expect(names.filter((name) => !taken.names.has(name))).toEqual([]);
      expect(taken.mandatory.filter((name) => !mandatory.includes(name))).toEqual([]);
    },
  );

  it('has heard the SDK on most calls of futures', () => {
    const known = sdkCalls().filter(({ call: key }) => venue.exchange.takenBy(key));
    expect(known.length).toBeGreaterThan(50);
  });

  it.each`
    what                      | query                           | code     | text
    ${'one twice'}            | ${'symbol=BTCUSDT&symbol=A'}    | ${-1101} | ${'Duplicate values for a parameter detected.'}
    ${'more than there are'}  | ${'symbol=BTCUSDT&a=1&b=2&c=3'} | ${-1101} | ${"Too many parameters; expected '2' and received '4'."}
    ${'one it does not know'} | ${'symbol=BTCUSDT&depth=5'}     | ${-1104} | ${"Not all sent parameters were read; read '1' parameter(s) but was sent '2'."}
    ${'one without a value'}  | ${'symbol=BTCUSDT&limit='}      | ${-1105} | ${"Parameter 'limit' was empty."}
    ${'none'}                 | ${''}                           | ${-1102} | ${"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}
    ${'letters for digits'}   | ${'symbol=BTCUSDT&limit=ten'}   | ${-1100} | ${"Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'."}
  `('refuses $what in the exchange’s own words', async ({ query, code, text }) => {
    const answer = await fetch(`${venue.rest}/api/v3/trades?${query as string}`);
    expect([answer.status, await answer.json()]).toEqual([400, { code, msg: text }]);
  });

  it('reads what signed calls carry besides', async () => {
    const window = await call(venue, 'GET', '/api/v3/account', { recvWindow: 'soon' });
    const timed = await call(venue, 'GET', '/api/v3/account', {}, { timestamp: Number.NaN });
    expect([window.body.code, timed.body.code]).toEqual([-1100, -1100]);
  });
});
