/** Fifty bots in a whole system: from the candle that is given to it until the exchange has each order. */
import { SealedCandle, candleMessageId, candleSubject } from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { RunningStack, startStack, until } from '@elvis/testing';
import { MINUTE_MS } from '@elvis/trading';
import { JSONCodec, NatsConnection } from 'nats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { client } from '../order-path/place-order';
import { otherSymbols } from '../../test/load/two-days/symbols';

const BOTS = 50;
const APART_MS = 50;
const BURSTS = 2;
const WITHIN_MS = 120_000;
/** An order that risk refused, for a stale order book say, does not come at all. */
const ROUND_MS = 10_000;
/** After a round: its fills are applied, and nothing of it is under way. */
const REST_MS = 1_500;
const OFF = [
  ...['RISK_MAX_ORDERS_PER_SECOND', 'RISK_MAX_POSITION_NOTIONAL', 'RISK_MAX_GROSS_NOTIONAL'],
  ...['RISK_MAX_DAILY_LOSS', 'RISK_MAX_DRAWDOWN', 'RISK_DUPLICATE_WINDOW_MS', 'RATE_LIMIT_ORDERS'],
  ...['RATE_LIMIT_DEFAULT', 'RATE_LIMIT_BOT_CONTROL'],
];
const EXCHANGE_ARGS = ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '10000000'];
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

interface Bot {
  readonly id: string;
  readonly symbol: string;
  readonly shortCode: string;
  readonly price: string;
  /** When each of its candles was given, on the machine's monotonic clock. */
  readonly sealedAt: number[];
}

export interface Measured {
  readonly spaced: readonly number[];
  readonly burst: readonly number[];
  readonly rest: readonly number[];
}

export async function measureFifty(rounds: number): Promise<Measured> {
  const symbols = otherSymbols().slice(0, BOTS);
  const running = await startStack({
    env: {
      ...Object.fromEntries(OFF.map((name) => [name, 'off'])),
      SYMBOLS: ['BTCUSDT', 'ETHUSDT', ...symbols].join(','),
      PAPER_BALANCE: '10000000',
    },
    exchangeArgs: EXCHANGE_ARGS,
  });
  const market = await connectAsMarketData(running);
  const { place, close } = client(running.stack.gatewayUrl, running.stack.apiKey);
  try {
    const bots = await beginAll(running, symbols);
    let openTimeMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const sent = new Map<string, number>();
    let arrived = 0;
    for (let round = 0; round < rounds + BURSTS; round += 1) {
      openTimeMs += MINUTE_MS;
      const isSpaced = round < rounds;
      for (const bot of bots) {
        seal(market, bot, openTimeMs);
        if (isSpaced) await pause(APART_MS);
      }
      const known = arrived;
      await until(
        async () => (arrived = (await arrivedOf(running, bots)).size) >= known + bots.length,
        'the exchange has an order of each bot',
        ROUND_MS,
      ).catch(() => undefined);
      await pause(REST_MS);
      if (!isSpaced) continue;
      const placed = [];
      for (let at = 0; at < bots.length; at += 1) {
        const id = `rest-${round}-${at}`;
        placed.push(place(id, at % 2 ? 'SELL' : 'BUY').then(({ sentAt }) => sent.set(id, sentAt)));
        await pause(APART_MS);
      }
      await Promise.all(placed);
    }
    const arrivals = await arrivalsAt(running);
    const orders = bots.flatMap((bot) => ordersOf(bot, arrivals));
    const missing = bots.length * (rounds + BURSTS) - orders.length;
    if (missing > 0) console.log(`${missing} orders of bots never came: they were refused; see their steps`);
    const tookIn = (isWanted: (round: number) => boolean): readonly number[] =>
      orders.filter(({ round }) => isWanted(round)).map(({ tookMs }) => tookMs);
    return {
      spaced: tookIn((round) => round < rounds),
      burst: tookIn((round) => round >= rounds),
      rest: [...sent].flatMap(([id, at]) => (arrivals.has(id) ? [arrivals.get(id)! - at] : [])),
    };
  } finally {
    close();
    await market.close();
    await running.stop();
  }
}

interface Order {
  readonly round: number;
  readonly tookMs: number;
}

/** Each belongs to the last candle before it: rounds are seconds apart. */
function ordersOf({ shortCode, sealedAt }: Bot, arrivals: ReadonlyMap<string, number>): readonly Order[] {
  return [...arrivals]
    .filter(([id]) => id.startsWith(`b.${shortCode}.`))
    .flatMap(([, at]) => {
      const round = sealedAt.findLastIndex((sealed) => sealed <= at);
      return round === -1 ? [] : [{ round, tookMs: at - sealedAt[round]! }];
    });
}

async function arrivalsAt({ stack }: RunningStack): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${stack.exchange.adminUrl}/arrivals`);
  const { arrivals } = (await answer.json()) as {
    arrivals: readonly { clientOrderId: string; receivedAtMonotonicMs: number }[];
  };
  return new Map(
    arrivals.map(({ clientOrderId, receivedAtMonotonicMs: at }) => [clientOrderId, at] as const),
  );
}

async function arrivedOf(running: RunningStack, bots: readonly Bot[]): Promise<ReadonlySet<string>> {
  const codes = new Set(bots.map(({ shortCode }) => shortCode));
  const ids = [...(await arrivalsAt(running)).keys()];
  return new Set(ids.filter((id) => id.startsWith('b.') && codes.has(id.split('.')[1]!)));
}

function seal(market: NatsConnection, bot: Bot, openTimeMs: number): void {
  const { symbol, price } = bot;
  const candle: SealedCandle = {
    ...{ market: 'futures', symbol, interval: '1m', openTimeMs, revision: 1, sealedBy: 'trade' },
    ...{ open: price, high: price, low: price, close: price, volume: '1', quoteVolume: price, trades: 1 },
  };
  bot.sealedAt.push(monotonicMs());
  const options = { msgID: candleMessageId(candle) };
  void market
    .jetstream()
    .publish(candleSubject('futures', symbol), JSONCodec().encode(candle), options)
    .catch((error: unknown) => console.error(`The candle of ${symbol} was not taken: ${String(error)}`));
}

/** Each enters at one candle and leaves at the next, without stops. */
async function beginAll(running: RunningStack, symbols: readonly string[]): Promise<readonly Bot[]> {
  const { stack } = running;
  const marks = (await (await fetch(`${stack.exchange.restUrl}/fapi/v1/premiumIndex`)).json()) as readonly {
    readonly symbol: string;
    readonly markPrice: string;
  }[];
  const bots: Bot[] = [];
  for (const symbol of symbols) {
    const { id } = await call<{ id: string }>(running, 'POST', '/api/v1/bot-configs', {
      ...{ name: symbol, symbol, strategy: 'coin-toss', interval: '1m', initialCapital: '1000' },
      parameters: { chance: 1, hold: 1 },
    });
    const config = await call<{ shortCode: string }>(running, 'GET', `/api/v1/bot-configs/${id}`);
    const price = marks.find((mark) => mark.symbol === symbol)?.markPrice ?? '';
    bots.push({ id, symbol, shortCode: config.shortCode, price, sealedAt: [] });
    await call(running, 'POST', `/api/v1/bots/${id}/start`);
  }
  await until(
    async () => {
      const { items } = await call<{ items: { status: string }[] }>(
        running,
        'GET',
        '/api/v1/bot-states?limit=200',
      );
      return items.filter(({ status }) => status === 'RUNNING').length === bots.length;
    },
    'all bots run',
    WITHIN_MS,
  );
  return bots;
}

async function call<Body>(
  { stack }: RunningStack,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const response = await fetch(`${stack.gatewayUrl}${path}`, {
    method,
    headers: { 'X-API-Key': stack.apiKey, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}

/** The one who publishes candles; its password is in the state folder of this private system. */
function connectAsMarketData({ home, stack }: RunningStack): Promise<NatsConnection> {
  const { natsPasswords } = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as {
    natsPasswords: Readonly<Record<string, string>>;
  };
  const { host } = new URL(stack.natsUrl);
  return connectNats(`nats://market-data:${natsPasswords['market-data']}@${host}`, 'market-data');
}
