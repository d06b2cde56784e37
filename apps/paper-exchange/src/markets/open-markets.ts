/** Opens the markets the configuration asks for, and answers what plays them. */
import { SymbolMarket, Tape, toMoney } from '@elvis/simulation';
import { PaperClock } from '../faults/paper-clock';
import { backfill } from '../feed/backfill';
import { LiveFeed } from '../feed/live';
import { MarketFeed } from '../feed/market-feed';
import { openRecording, readRecording, Recording, RecordingSource } from '../feed/recording';
import { Replay, ReplayTarget } from '../feed/replay';
import { SHIPPED_RECORDINGS, shippedRecording, symbolRow } from '../feed/symbol-rows';
import { SyntheticFeed } from '../feed/synthetic';
import { FuturesMarket } from './futures-market';
import { PaperExchangeConfig } from '../paper-exchange.config';
import { SpotMarket } from './spot-market';

/** Where a synthetic market begins; any other symbol at one hundred ticks of ten. */
const START_PRICES: Readonly<Record<string, number>> = { BTCUSDT: 61_800, ETHUSDT: 2_680 };

export async function openMarkets(
  config: PaperExchangeConfig,
  futures: FuturesMarket,
  spot: SpotMarket,
  clock: PaperClock,
  say: (message: string) => void,
): Promise<ReadonlyMap<string, MarketFeed>> {
  const feeds = new Map<string, MarketFeed>();
  if (config.PAPER_MARKET === 'synthetic') {
    config.SYMBOLS.forEach((name, index) => {
      const symbol = openFutures(futures, name, config, clock.now());
      const start = (START_PRICES[name] ?? 100) * 10 ** symbol.instrument.priceDecimals;
      const seed = config.PAPER_SEED * 1_000 + index;
      feeds.set(
        `futures:${name}`,
        new SyntheticFeed(symbol.market, seed, start, config.PAPER_SPEED, clock.steady()),
      );
    });
    return feeds;
  }
  if (config.PAPER_MARKET === 'live') {
    const origins = { rest: config.PAPER_LIVE_REST_URL, streams: config.PAPER_LIVE_WS_URL };
    for (const name of config.SYMBOLS) {
      const { market } = openFutures(futures, name, config, clock.now());
      const feed = new LiveFeed(market, origins, () => clock.now(), say);
      await feed.open();
      feeds.set(`futures:${name}`, feed);
    }
    return feeds;
  }
  for (const file of config.PAPER_RECORDINGS ?? shippedFiles(config.SYMBOLS)) {
    const source = await openRecording(file.split('+'));
    const feed =
      source.market === 'futures'
        ? replayFutures(source, config, futures, clock)
        : replaySpot(source, config, spot, clock);
    feeds.set(`${source.market}:${source.symbol}`, feed);
  }
  return feeds;
}

function replayFutures(
  source: RecordingSource,
  config: PaperExchangeConfig,
  futures: FuturesMarket,
  clock: PaperClock,
): MarketFeed {
  const symbol = openFutures(futures, source.symbol, config, clock.now());
  const recording = readRecording(source, symbol.instrument);
  fillPast(futures.tape(source.symbol), recording, symbol.market, clock.now());
  const target: ReplayTarget = {
    market: symbol.market,
    recordedMark: ({ markPrice, indexPrice }) =>
      futures.recordedMark(symbol, toMoney(markPrice), toMoney(indexPrice)),
  };
  return new Replay(recording, target, config.PAPER_SPEED, clock.steady());
}

function replaySpot(
  source: RecordingSource,
  config: PaperExchangeConfig,
  spot: SpotMarket,
  clock: PaperClock,
): MarketFeed {
  const market = spot.addSymbol(symbolRow('spot', source.symbol));
  const recording = readRecording(source, market.instrument);
  fillPast(spot.tape(source.symbol), recording, market, clock.now());
  return new Replay(recording, { market, recordedMark: () => undefined }, config.PAPER_SPEED, clock.steady());
}

/** The hours before, and the last price that they left: an open market without one would refuse stops and lists. */
function fillPast(tape: Tape, recording: Recording, market: SymbolMarket, now: number): void {
  const nextTradeId = backfill(tape, recording, market.instrument, now);
  market.startIds(recording.firstUpdateId, nextTradeId);
  market.lastPrice = tape.prints.at(-1)?.price ?? market.lastPrice;
}

const openFutures = (futures: FuturesMarket, symbol: string, config: PaperExchangeConfig, now: number) =>
  futures.addSymbol(symbolRow('futures', symbol), {
    updateId: 0,
    tradeId: 1,
    maxOrders: config.PAPER_MAX_OPEN_ORDERS,
    now,
  });

/** The shipped captures of these symbols, futures first; spot where there is one. */
function shippedFiles(symbols: readonly string[]): string[] {
  return (['futures', 'spot'] as const).flatMap((market) =>
    symbols.flatMap((symbol) => {
      const file = (SHIPPED_RECORDINGS[market] as Readonly<Record<string, string>>)[symbol];
      return file === undefined ? [] : [shippedRecording(file)];
    }),
  );
}
