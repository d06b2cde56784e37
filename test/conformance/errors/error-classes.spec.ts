/**
 * The exceptions that unmodified ccxt throws for our refusals, held against a table of those it throws for Binance's:
 * below Binance's own URLs and below any other.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toldLines } from '../told-lines';
import { openVenue, PaperVenue } from '../venue';
import { DIFFERENCES, NOT_PRODUCED } from './differences';

interface TableRow {
  readonly status: number;
  readonly body: { readonly code: number; readonly msg: string };
  readonly market: 'usdm' | 'spot';
  readonly ccxt_exception_on_real_host: string;
  readonly ccxt_exception_on_other_host: string;
}

interface Thrown {
  readonly refusal: string;
  readonly host: 'real' | 'other';
  readonly status?: number;
  readonly code?: number;
  readonly msg?: string;
  readonly exception: string;
}

const TABLE = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'fixtures', 'ccxt_error_classes.json'), 'utf8'),
) as { readonly cases: readonly TableRow[] };
const nameOf = ({ market, body: { code, msg } }: TableRow): string => `${market} ${code} ${msg}`;
const ROWS = new Map(TABLE.cases.map((row) => [nameOf(row), row]));
const PRODUCED = [...ROWS.keys()].filter((name) => !(name in NOT_PRODUCED));

/** Limits, prices and addresses differ from one exchange to the next. */
const withoutNumbers = (text = ''): string => text.replace(/\d+(\.\d+)?/g, '#');

/** Ends a run that hangs; no machine is that slow. */
const PATIENCE_MS = 240_000;

describe('ccxt', () => {
  const venues: PaperVenue[] = [];
  let thrown: readonly Thrown[] = [];

  beforeAll(async () => {
    const calm = await openVenue({ SYMBOLS: 'BTCUSDT' });
    venues.push(calm);
    const strict = await openVenue({
      PAPER_MARKET: 'synthetic',
      PAPER_SPEED: '0.01',
      PAPER_MAX_OPEN_ORDERS: '2',
      PAPER_WEIGHT_1M: '200',
      PAPER_ORDERS_10S: '14',
    });
    venues.push(strict);
    thrown = await whatCcxtThrows({ calm, strict });
  }, PATIENCE_MS);
  afterAll(() => Promise.all(venues.map((venue) => venue.stop())));

  it.each(PRODUCED)('throws what it throws on Binance: %s', (name) => {
    const { status, body, ...row } = ROWS.get(name)!;
    const { status: ourStatus = status, msg = body.msg } = DIFFERENCES[name] ?? {};
    const answer = { refusal: name, status: ourStatus, code: body.code, msg: withoutNumbers(msg) };
    expect(
      thrown
        .filter(({ refusal }) => refusal === name)
        .map((one) => ({ ...one, msg: withoutNumbers(one.msg) })),
    ).toEqual([
      { ...answer, host: 'real', exception: row.ccxt_exception_on_real_host },
      { ...answer, host: 'other', exception: row.ccxt_exception_on_other_host },
    ]);
  });

  it('is led into nothing that the table does not have', () => {
    const provoked = [...new Set(thrown.map(({ refusal }) => refusal))];
    expect(provoked.sort()).toEqual([...PRODUCED].sort());
  });

  it('needs every exception to the table that is listed, and each has its reason', () => {
    expect(Object.keys(NOT_PRODUCED).filter((name) => !ROWS.has(name))).toEqual([]);
    const needed = Object.entries(DIFFERENCES).filter(([name, { status, msg, because }]) => {
      const row = ROWS.get(name);
      const differs =
        (status ?? row?.status) !== row?.status ||
        (msg !== undefined && withoutNumbers(msg) !== withoutNumbers(row?.body.msg));
      return row && differs && because !== '';
    });
    expect(needed.map(([name]) => name)).toEqual(Object.keys(DIFFERENCES));
  });
});

function whatCcxtThrows(venues: Readonly<Record<string, PaperVenue>>): Promise<readonly Thrown[]> {
  const addresses = Object.entries(venues).map(([kind, { rest, admin, apiKey, apiSecret }]) => [
    kind,
    { rest, admin, apiKey, apiSecret },
  ]);
  return toldLines(join(__dirname, 'ccxt-thrown.mjs'), JSON.stringify(Object.fromEntries(addresses)));
}
