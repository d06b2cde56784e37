/**
 * A bot that trades on the paper exchange, and the backtest over the recording that this exchange plays: with the arrival
 * times that the exchange has logged there is no order and no fill that differs.
 */
import { FUTURES_COSTS, RecordedRun, runOnRecording, toColumns } from '@elvis/backtest';
import { Order, Recording, futuresInstrument, isOpen, readRecording } from '@elvis/simulation';
import { Candle, defineStrategy } from '@elvis/strategy';
import { Decimal, fromInstrumentMessage } from '@elvis/trading';
import { decideStep } from '../apps/bots/src/runner/decide-step';
import { CANDLE_NUMBERS, Decision, StepCall } from '../apps/bots/src/runner/step-call';
import { INSTRUMENT } from '../apps/bots/test/bot-builders';
import { linesOf, openRecording } from '../apps/paper-exchange/src/feed/captures';
import { shippedRecording, symbolRow } from '../apps/paper-exchange/src/feed/symbol-rows';
import { openPaper } from '../apps/paper-exchange/test/open-paper';

const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE_MS);
const MINUTES = 9;
const HISTORY = 5;
const SYMBOL = 'BTCUSDT';
const RECORDING = 'usdm_btcusdt_20240808.gz';
const CAPITAL = '10000';

/** Whatever an order can become: taken, rested, moved, canceled, filled by the queue. */
const restless = defineStrategy({
  name: 'restless',
  version: 1,
  summary: 'Does something each minute.',
  parameters: {},
  onCandle(t) {
    const toss = t.random();
    const [order] = t.orders;
    const quantity = t.size.quantity('0.05');
    if (order && toss < 0.3) return t.cancel(order.name, { because: 'it has waited' });
    if (order) return t.amend(order.name, { price: t.price(t.candle.close), because: 'it moved' });
    if (!t.position.isFlat && toss < 0.7) return t.exit({ because: 'enough' });
    if (!t.position.isFlat) {
      const side = t.position.isLong ? 'SELL' : 'BUY';
      const price = t.price(t.candle.close * (t.position.isLong ? 1.000_05 : 0.999_95));
      return t.place('out', { side, price, size: quantity, isReduceOnly: true, because: 'a better price' });
    }
    if (toss < 0.3) return t.enter('LONG', { size: quantity, because: 'up' });
    if (toss < 0.5) return t.enter('SHORT', { size: quantity, because: 'down' });
    const side = toss < 0.75 ? 'BUY' : 'SELL';
    t.place('in', { side, price: t.price(t.candle.close), size: quantity, because: 'it may come' });
  },
});

interface Logged {
  readonly action: string;
  readonly number: number;
  readonly atMs: number;
}

/** How an order stood at the end, wherever it was. */
interface Told {
  readonly side: string;
  readonly price: string | null;
  readonly quantity: string;
  readonly status: string;
  readonly fills: readonly { readonly price: string; readonly quantity: string; readonly timeMs: number }[];
}

/**
 * The bot: its own step, its own orders, each under way for so long as chance says.
 *
 * @param isSlow the machine comes behind the market whenever an order arrives, and what is left comes later
 */
async function botOnPaper(seed: number, isSlow: boolean) {
  const { exchange, clock } = await openPaper(START_MS, { SYMBOLS: SYMBOL });
  const { exchange: futures } = exchange.futures;
  const account = futures.accounts.get('elvis')!;
  const { tape } = exchange.futures.history(SYMBOL);
  let state = seed;
  const chance = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const logged: Logged[] = [];
  const names = new Map<
    string,
    Pick<Decision['decided'][number], 'name' | 'role' | 'opens'> & { readonly number: number }
  >();
  const candleAt = (openTimeMs: number): Candle => {
    const { open, high, low, close, volume } = tape.candles.find(({ openTime }) => openTime === openTimeMs)!;
    return {
      openTimeMs,
      ...{ open: open / 100, high: high / 100, low: low / 100, close: close / 100 },
      volume: volume / 1_000,
    };
  };
  const history = Array.from({ length: HISTORY }, (_, at) => candleAt(START_MS - (HISTORY - at) * MINUTE_MS));
  const stepOn = (candles: readonly Candle[]): Decision => {
    const values = candles.flatMap(({ open, high, low, close, volume }) => [open, high, low, close, volume]);
    expect(values).toHaveLength(candles.length * CANDLE_NUMBERS);
    const position = account.position(SYMBOL, 'BOTH');
    const held = new Decimal(position.amount).div(1_000);
    const last = candles.at(-1)!;
    const call: StepCall = {
      ...{ strategy: restless.name, parameters: {}, symbol: SYMBOL, interval: '1m', protections: null },
      seed,
      memory: null,
      feeds: { main: { firstOpenMs: candles[0]!.openTimeMs, values: Float64Array.from(values) } },
      facts: {
        timeMs: last.openTimeMs + MINUTE_MS,
        instrument: INSTRUMENT,
        capital: CAPITAL,
        leverage: 3,
        position: held.toFixed(),
        entryPrice: held.isZero() ? null : `${last.close}`,
        openedAtMs: held.isZero() ? null : 1,
        orders: account.openOrders(SYMBOL).map((order) => ({
          ...names.get(order.clientOrderId)!,
          clientOrderId: order.clientOrderId,
          side: order.side,
          price: new Decimal(order.price).div(100).toFixed(),
          quantity: new Decimal(order.quantity).div(1_000).toFixed(),
          filled: new Decimal(order.executed).div(1_000).toFixed(),
        })),
        today: { net: '0', trades: 0 },
        price: `${last.close}`,
      },
      happening: { hook: 'onCandle' },
      heldBack: null,
    };
    return decideStep(call, [restless]);
  };
  const carryOut = (
    { action, name, role, terms, clientOrderId, opens }: Decision['decided'][number],
    atMs: number,
  ): void => {
    const now = Math.floor(atMs);
    const number = clientOrderId === undefined ? names.size + 1 : names.get(clientOrderId)!.number;
    logged.push({ action: action === 'SUBMIT' ? 'PLACE' : action, number, atMs });
    const { side, type, quantity, price, timeInForce, reduceOnly } = terms as Record<string, string>;
    const request = {
      ...{ symbol: SYMBOL, side, type, timeInForce, quantity, price },
      reduceOnly: reduceOnly === undefined ? undefined : `${reduceOnly}`,
      ...{
        positionSide: undefined,
        priceMatch: undefined,
        selfTradePrevention: undefined,
        goodTillDate: undefined,
      },
    };
    const standing = clientOrderId && futures.find(account, SYMBOL, undefined, clientOrderId);
    if (action === 'SUBMIT') {
      const id = `b.abc123.1.${number}.1`;
      names.set(id, { name, role, number, opens });
      futures.place(account, { ...request, clientOrderId: id }, now);
    } else if (!standing || !isOpen(standing)) return;
    else if (action === 'CANCEL') futures.cancel(account, SYMBOL, undefined, clientOrderId, now);
    else if (new Decimal(price!).times(100).eq(standing.price)) return;
    else {
      const whole = new Decimal(standing.quantity).div(1_000).toFixed();
      const asked = { ...request, side: standing.side, quantity: whole, clientOrderId };
      futures.amend(account, standing, asked, now);
    }
  };
  const candles = [...history];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const openMs = START_MS + minute * MINUTE_MS;
    const closeMs = openMs + MINUTE_MS;
    clock.advanceTo(closeMs - 0.001);
    exchange.advance();
    candles.push(candleAt(openMs));
    let atMs = closeMs;
    for (const decided of stepOn(candles).decided) {
      // Of what is measured on the order path, and sometimes far more.
      atMs += chance() < 0.8 ? 5 + 80 * chance() : 4_000 * chance();
      clock.advanceTo(atMs);
      carryOut(decided, exchange.advance(isSlow ? -1 : Infinity));
    }
  }
  clock.advanceTo(START_MS + MINUTES * MINUTE_MS - 0.001 + MINUTE_MS);
  exchange.advance();
  const told = [...account.orders.values()].map((order): Told => toldOf(order, account.trades));
  return { history, candles, logged, told, account, slips: exchange.measure.slips() };
}

const priceText = (units: number): string => new Decimal(units).div(100).toFixed();
const quantityText = (units: number): string => new Decimal(units).div(1_000).toFixed();

function toldOf(
  order: Order,
  trades: readonly {
    readonly order: Order;
    readonly price: number;
    readonly quantity: number;
    readonly time: number;
  }[],
): Told {
  return {
    side: order.side,
    price: order.type === 'MARKET' ? null : priceText(order.price),
    quantity: quantityText(order.quantity),
    status: order.status,
    fills: trades
      .filter((trade) => trade.order === order)
      .map(({ price, quantity, time }) => ({
        price: priceText(price),
        quantity: quantityText(quantity),
        timeMs: time,
      })),
  };
}

const recorded = async (): Promise<Recording> => {
  const source = await openRecording([shippedRecording(RECORDING)]);
  return readRecording(source, linesOf(source.parts), futuresInstrument(symbolRow('futures', SYMBOL)));
};

function backtest(
  recording: Recording,
  { history, logged, slips }: Awaited<ReturnType<typeof botOnPaper>>,
  seed: number,
): RecordedRun {
  const row = symbolRow('futures', SYMBOL);
  const waiting = [...logged];
  return runOnRecording({
    strategy: restless,
    bot: { symbol: SYMBOL, interval: '1m' },
    instrument: fromInstrumentMessage(INSTRUMENT),
    capital: new Decimal(CAPITAL),
    leverage: 3,
    limits: {},
    costs: { ...FUTURES_COSTS, makerFee: new Decimal('0.0002'), takerFee: new Decimal('0.0004') },
    seed,
    recording,
    row,
    startMs: START_MS,
    speed: 1,
    slips,
    history: toColumns(SYMBOL, '1m', history),
    toMs: START_MS + (MINUTES + 1) * MINUTE_MS - 1,
    arrivalMs: ({ action, number }) => {
      const at = waiting.findIndex((each) => each.action === action && each.number === number);
      return at < 0 ? undefined : waiting.splice(at, 1)[0]!.atMs;
    },
  });
}

describe('a recording, traded by a bot on the paper exchange and by the backtest', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recorded();
  }, 120_000);

  it.each([
    [1, 'keeps pace', false],
    [2, 'keeps pace', false],
    [3, 'comes behind', true],
  ])(
    'has the same orders and the same fills where they arrived alike: chance %i, on a machine that %s',
    async (seed, _, isSlow) => {
      const bot = await botOnPaper(seed, isSlow);
      const run = backtest(recording, bot, seed);
      expect(bot.slips.length > 0).toBe(isSlow);
      expect(run.candles).toEqual(bot.candles.slice(HISTORY));
      const told = run.orders.map(({ side, quantity, status, fills }, at): Told => ({
        ...{ side, quantity, status, fills },
        price: bot.told[at]?.price ?? null,
      }));
      expect(told).toEqual(bot.told);
      const fees = bot.account.trades.reduce((sum, { fee }) => sum + fee, 0n);
      expect(run.paid.fees).toBe(new Decimal(`${fees}`).div(100_000_000).toFixed());
      expect(bot.told.length).toBeGreaterThan(4);
      expect(bot.told.flatMap(({ fills }) => fills).length).toBeGreaterThan(4);
    },
    120_000,
  );
});
