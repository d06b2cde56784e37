/** The candles of one symbol: begun where the stream of sealed candles ends, and fed by what its connection brings. */
import {
  FormingMinute,
  AggregateTrade,
  Candle,
  CandleBuilder,
  Market,
  MissingMinutes,
  SealedMinute,
} from '@elvis/trading';
import { TradeMessage } from '../domain/stream-messages';

/** The last minute that any replica sealed; undefined if there is none. */
export type ReadLast = (market: Market, symbol: string) => Promise<SealedMinute | undefined>;

export class CandleMaker {
  private builder: CandleBuilder | undefined;
  private lastShown: FormingMinute | undefined;

  constructor(
    readonly market: Market,
    readonly symbol: string,
    private readonly graceMs: number,
    private readonly onSealed: (maker: CandleMaker, minutes: readonly SealedMinute[]) => void,
  ) {}

  get hasBegun(): boolean {
    return this.builder !== undefined;
  }

  /** Trades that come before this are not counted: their minute is asked for. @throws TradingFailure */
  async begin(readLast: ReadLast): Promise<void> {
    if (this.builder) return;
    const after = await readLast(this.market, this.symbol);
    this.builder ??= new CandleBuilder({ graceMs: this.graceMs, ...(after && { after }) });
  }

  trade(message: TradeMessage): void {
    if (this.builder) this.seal(this.builder.trade(toAggregate(message)));
  }

  clock(exchangeMs: number): void {
    if (this.builder) this.seal(this.builder.clock(exchangeMs));
  }

  connected(): void {
    this.builder?.connected();
  }

  get missing(): MissingMinutes | undefined {
    return this.builder?.missing;
  }

  repair(candles: readonly Candle[]): void {
    if (this.builder) this.seal(this.builder.repair(candles));
  }

  /** The minute that is going on, if it is another picture than the last one that was taken. */
  changedForming(): FormingMinute | undefined {
    const forming = this.builder?.forming;
    const known = this.lastShown;
    this.lastShown = forming;
    const isSame =
      forming?.openTimeMs === known?.openTimeMs &&
      forming?.trades === known?.trades &&
      forming?.isWhole === known?.isWhole;
    return isSame ? undefined : forming;
  }

  private seal(minutes: readonly SealedMinute[]): void {
    if (minutes.length > 0) this.onSealed(this, minutes);
  }
}

const toAggregate = (message: TradeMessage): AggregateTrade => ({
  id: Number(message.tradeId),
  price: message.price,
  quantity: message.quantity,
  trades: Number(message.lastTradeId) - Number(message.firstTradeId) + 1,
  timeMs: message.tradeTimeMs,
});
