/** What was captured, replayed by the paper exchange: the same order book and the same candles (M10). */
import { CandleBuilder, SealedMinute, CANDLE_FIGURES } from '@elvis/trading';
import { temporaryFolder } from '@elvis/testing';
import { Capture } from '../apps/market-data/src/capture/capture';
import { RecordingFile } from '../apps/market-data/src/capture/recording-file';
import { LocalOrderBook } from '../apps/market-data/src/domain/local-order-book';
import { readStreamMessage } from '../apps/market-data/src/domain/stream-messages';
import { openPaper } from '../apps/paper-exchange/test/open-paper';

/** Within a minute, so that the capture begins and ends in the middle of one. */
const START = Date.UTC(2026, 10, 30, 12, 0, 20);
const STREAMS = ['btcusdt@depth@100ms', 'btcusdt@aggTrade', 'btcusdt@markPrice@1s'];
const STEP_MS = 50;

/** What a client of the paper exchange hears for so long, and what it makes of it. */
async function listen(
  startMs: number,
  settings: Readonly<Record<string, string>>,
  durationMs: number,
  onMessage: (text: string, orderBook: LocalOrderBook) => void = () => undefined,
) {
  const { exchange, clock } = await openPaper(startMs, { SYMBOLS: 'BTCUSDT', ...settings });
  const { market } = exchange.futures.exchange.symbol('BTCUSDT');
  const { instrument } = market;
  const text = (units: number, decimals: number): string => (units / 10 ** decimals).toFixed(decimals);
  const levels = (side: 'BUY' | 'SELL') =>
    market
      .levels(side, 10_000)
      .map(
        ([price, quantity]) =>
          [text(price, instrument.priceDecimals), text(quantity, instrument.quantityDecimals)] as const,
      );
  const orderBook = new LocalOrderBook();
  orderBook.load({ lastUpdateId: market.lastUpdateId, bids: levels('BUY'), asks: levels('SELL') });
  const builder = new CandleBuilder({ graceMs: 1_500 });
  const sealed: SealedMinute[] = [];
  const client = {
    streams: new Set<string>(),
    deliver: (stream: string, payload: string) => {
      const wrapped = `{"stream":"${stream}","data":${payload}}`;
      const message = readStreamMessage(wrapped, 'futures');
      if (message.kind === 'depth') orderBook.offer(message);
      if (message.kind === 'trade')
        sealed.push(
          ...builder.trade({
            id: Number(message.tradeId),
            price: message.price,
            quantity: message.quantity,
            trades: Number(message.lastTradeId) - Number(message.firstTradeId) + 1,
            timeMs: message.tradeTimeMs,
          }),
        );
      // The minute in which it began is of no interest here.
      const { missing } = builder;
      if (missing) sealed.push(...builder.repair([EMPTY(missing.fromMs)]));
      onMessage(wrapped, orderBook);
    },
  };
  for (const stream of STREAMS) exchange.hubs.futures.subscribe(client as never, stream);
  for (let at = startMs; at <= startMs + durationMs; at += STEP_MS) {
    clock.advanceTo(at);
    exchange.advance();
  }
  const whole = sealed.filter(({ sealedBy }) => sealedBy !== 'repair');
  return { orderBook, candles: whole.map(figures) };
}

const EMPTY = (openTimeMs: number) => ({
  openTimeMs,
  open: '1',
  high: '1',
  low: '1',
  close: '1',
  volume: '0',
  quoteVolume: '0',
  trades: 0,
});

const figures = (candle: SealedMinute): string =>
  [new Date(candle.openTimeMs).toISOString(), ...CANDLE_FIGURES.map((figure) => candle[figure])].join(' ');

describe('a captured recording', () => {
  const folder = temporaryFolder('capture');

  it('replayed gives the same order book and the same candles as when it was captured', async () => {
    const file = new RecordingFile(`${folder}/usdm_btcusdt.gz`);
    let capture: Capture | undefined;
    let lastMs = 0;
    const heard = await listen(START, {}, 170_000, (text, orderBook) => {
      const message = readStreamMessage(text, 'futures');
      if (message.kind === 'ignored' || message.kind === 'malformed') return;
      if (capture) capture.hear(message, text);
      else if (message.kind === 'depth') {
        const snapshot = { lastUpdateId: orderBook.updateId, ...orderBook.top(100_000) };
        capture = new Capture([{ symbol: 'BTCUSDT', snapshot, atMs: message.eventTimeMs }]);
        lastMs = message.eventTimeMs;
      }
      for (const line of capture?.takePart()?.lines ?? []) file.add(line);
      file.write();
    });
    expect(capture?.end()).toMatchObject({ ended: null });
    await file.close();
    expect(file.lines).toBeGreaterThan(3_000);

    // The recording begins with its snapshot: replayed from the same moment on, each trade has its minute.
    const replayed = await listen(lastMs, { PAPER_RECORDINGS: file.path }, START + 170_000 - lastMs);
    expect(heard.candles).toHaveLength(2);
    expect(replayed.candles).toEqual(heard.candles);
    expect(replayed.orderBook.top(1_000)).toEqual(heard.orderBook.top(1_000));
  });
});
