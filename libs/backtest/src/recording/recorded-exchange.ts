/**
 * The exchange over a recording: the matching of the paper exchange, which knows what stands before an order in its queue,
 * played by the same clock. Futures, one symbol, one account, whose margin is risk's business and not asked here.
 */
import {
  ExchangeInfoRow,
  Execution,
  FuturesAccount,
  FuturesExchange,
  FuturesSymbol,
  MidSampler,
  NOTHING_ASKED,
  ONE,
  Order,
  Recording,
  Refusal,
  Replay,
  SettledFill,
  TradePrint,
  futuresInstrument,
  toMoney,
} from '@elvis/simulation';
import { Candle } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';

export interface SentOrder {
  readonly id: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: Decimal;
  /** Null at the market. */
  readonly price: Decimal | null;
  readonly isReduceOnly: boolean;
}

export interface RecordedFill {
  readonly id: string;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly isMaker: boolean;
  readonly timeMs: number;
  /** Of the order, with this one. */
  readonly filled: Decimal;
  readonly isLast: boolean;
}

export interface RecordedListener {
  filled(fill: RecordedFill): void;
  /** Without having filled whole. */
  closed(id: string, status: 'CANCELED' | 'EXPIRED', timeMs: number): void;
  marked(price: number, timeMs: number): void;
}

/** What was due at that moment, and later, came so much later. */
export interface RecordingSlip {
  readonly dueMs: number;
  readonly ms: number;
}

export interface RecordedPace {
  /** When the recording began to be played, on the exchange's clock. */
  readonly startMs: number;
  readonly speed: number;
  readonly slips?: readonly RecordingSlip[];
}

const ACCOUNT = 'backtest';
const MARK_EVERY_MS = 1_000;
const MINUTE_MS = 60_000;
/** In whole units of the quote asset: more than risk lets anybody commit. */
const WALLET = 1_000_000_000n;

export class RecordedExchange {
  private readonly exchange: FuturesExchange;
  private readonly symbol: FuturesSymbol;
  private readonly account = new FuturesAccount(ACCOUNT);
  private readonly replay: Replay;
  private readonly slips: RecordingSlip[];
  private readonly mids = new MidSampler();
  /** Of the minute that is traded, its numbers in the exchange's units. */
  private minute:
    | { openTimeMs: number; open: number; high: number; low: number; close: number; volume: number }
    | undefined;
  private hasRecordedMark = false;
  private nextMarkMs = 0;

  constructor(
    recording: Recording,
    row: ExchangeInfoRow,
    private readonly listener: RecordedListener,
    { startMs, speed, slips = [] }: RecordedPace,
  ) {
    this.slips = [...slips];
    const nothing = (): void => undefined;
    this.exchange = new FuturesExchange(
      {
        depthChanged: (market) => {
          const mid = market.recordedMidTwice();
          if (mid !== undefined) this.mids.seen(mid);
        },
        traded: (_, print) => this.traded(print),
        orderChanged: (_, order, execution, timeMs, fill) => this.changed(order, execution, timeMs, fill),
        accountChanged: nothing,
        leverageChanged: nothing,
        assetsModeChanged: nothing,
        algoChanged: nothing,
        marginCalled: nothing,
        liquidated: nothing,
      },
      // What the account pays is booked by the costs of the backtest.
      { makerPpm: 0n, takerPpm: 0n },
    );
    const ids = { updateId: 0, tradeId: 1, orderId: 1n, nextFundingTime: Infinity };
    this.symbol = this.exchange.addSymbol(futuresInstrument(row), ids);
    this.account.wallet = WALLET * ONE;
    this.exchange.accounts.set(ACCOUNT, this.account);
    const recordedMark = ({ markPrice }: { readonly markPrice: string }): void => {
      this.hasRecordedMark = true;
      this.symbol.markPrice = toMoney(markPrice);
    };
    this.replay = new Replay(recording, { market: this.symbol.market, recordedMark }, speed, startMs);
    this.slip();
    this.mark(startMs);
  }

  /** When the recording goes on. */
  get nextDueMs(): number {
    return this.replay.nextDue;
  }

  /** What the recording has next, and the mark price where a second is over. */
  playOne(): void {
    const timeMs = Math.floor(this.replay.nextDue);
    this.replay.playOne(timeMs);
    this.slip();
    if (timeMs >= this.nextMarkMs) this.mark(timeMs);
  }

  /** The minute's candle, own fills included; of the last price where nothing was traded in it. */
  candleOf(openTimeMs: number, lastPrice: number): Candle {
    const { minute } = this;
    if (minute?.openTimeMs !== openTimeMs) {
      const price = lastPrice;
      return { openTimeMs, open: price, high: price, low: price, close: price, volume: 0 };
    }
    this.minute = undefined;
    const price = (units: number): number => this.priceOf(units).toNumber();
    const { open, high, low, close, volume } = minute;
    return {
      openTimeMs,
      open: price(open),
      high: price(high),
      low: price(low),
      close: price(close),
      volume: this.quantityOf(volume).toNumber(),
    };
  }

  /** Answers why it was not taken. */
  place({ id, side, quantity, price, isReduceOnly }: SentOrder, timeMs: number): string | undefined {
    return this.refusalOf(() =>
      this.exchange.place(
        this.account,
        {
          ...NOTHING_ASKED,
          symbol: this.symbol.instrument.symbol,
          side,
          type: price === null ? 'MARKET' : 'LIMIT',
          timeInForce: price === null ? undefined : 'GTC',
          quantity: quantity.toFixed(),
          price: price?.toFixed(),
          reduceOnly: isReduceOnly ? 'true' : undefined,
          clientOrderId: id,
        },
        timeMs,
      ),
    );
  }

  cancel(id: string, timeMs: number): string | undefined {
    const { symbol } = this.symbol.instrument;
    return this.refusalOf(() => this.exchange.cancel(this.account, symbol, undefined, id, timeMs));
  }

  amend({ id, side, quantity, price }: SentOrder, timeMs: number): string | undefined {
    const { symbol } = this.symbol.instrument;
    return this.refusalOf(() => {
      const order = this.exchange.find(this.account, symbol, undefined, id);
      if (order === undefined) return;
      const terms = {
        symbol,
        side,
        quantity: quantity.toFixed(),
        price: price?.toFixed(),
        clientOrderId: id,
      };
      this.exchange.amend(this.account, order, { ...NOTHING_ASKED, ...terms }, timeMs);
    });
  }

  private slip(): void {
    for (let [next] = this.slips; next && this.replay.nextDue >= next.dueMs; [next] = this.slips) {
      this.replay.slip(next.ms);
      this.slips.shift();
    }
  }

  private refusalOf(act: () => unknown): string | undefined {
    try {
      act();
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return `${error.code}`;
      throw error;
    }
  }

  private changed(order: Order, execution: Execution, timeMs: number, fill?: SettledFill): void {
    const { clientOrderId: id, executed, status } = order;
    if (fill)
      return this.listener.filled({
        id,
        price: this.priceOf(fill.price),
        quantity: this.quantityOf(fill.quantity),
        isMaker: fill.maker,
        timeMs,
        filled: this.quantityOf(executed),
        isLast: status === 'FILLED',
      });
    if (execution === 'CANCELED' || execution === 'EXPIRED') this.listener.closed(id, execution, timeMs);
  }

  private traded({ price, quantity, time }: TradePrint): void {
    const openTimeMs = Math.floor(time / MINUTE_MS) * MINUTE_MS;
    const { minute } = this;
    if (minute?.openTimeMs !== openTimeMs) {
      this.minute = { openTimeMs, open: price, high: price, low: price, close: price, volume: quantity };
      return;
    }
    minute.high = Math.max(minute.high, price);
    minute.low = Math.min(minute.low, price);
    minute.close = price;
    minute.volume += quantity;
  }

  private mark(timeMs: number): void {
    this.nextMarkMs = Math.floor(timeMs / MARK_EVERY_MS) * MARK_EVERY_MS + MARK_EVERY_MS;
    const { instrument } = this.symbol;
    const mid = this.mids.takeMedian();
    if (mid !== undefined && !this.hasRecordedMark)
      this.symbol.markPrice = (BigInt(mid) * 10n ** BigInt(8 - instrument.priceDecimals)) / 2n;
    this.exchange.expireDated(timeMs);
    if (this.symbol.markPrice > 0n) this.listener.marked(Number(this.symbol.markPrice) / Number(ONE), timeMs);
  }

  private priceOf(units: number): Decimal {
    return new Decimal(units).div(10 ** this.symbol.instrument.priceDecimals);
  }

  private quantityOf(units: number): Decimal {
    return new Decimal(units).div(10 ** this.symbol.instrument.quantityDecimals);
  }
}
