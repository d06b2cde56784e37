/** The futures side of the exchange, put together: markets, tapes, streams, user events and the clockwork. */
import {
  AlgoOrder,
  AlgoService,
  DepthUpdate,
  ExchangeInfoRow,
  Execution,
  FuturesAccount,
  FuturesControls,
  FuturesExchange,
  FuturesFees,
  futuresInstrument,
  FuturesListener,
  FuturesRisk,
  FuturesSymbol,
  isOpen,
  MidSampler,
  ONE,
  Order,
  Position,
  PriceCandles,
  SettledFill,
  SymbolMarket,
  Tape,
  TradePrint,
} from '@elvis/simulation';
import { FuturesStreams } from '../streams/futures-streams';
import { StreamHub } from '../streams/stream-hub';
import {
  accountPayload,
  algoPayload,
  assetsModePayload,
  leveragePayload,
  marginCallPayload,
  orderPayload,
  tradeLitePayload,
} from '../streams/user-payloads';
import { UserStreams } from '../streams/user-streams';
import { Aggregating } from './aggregating';
import { CandleHistory } from '../candles/candle-history';
import { STREAM_FAULTS, Faults } from '../faults/faults';

const FEES: FuturesFees = { makerPpm: 200n, takerPpm: 400n };
const FUNDING_MS = 28_800_000;

interface Clockwork {
  readonly mids: MidSampler;
  /** Set while the recording itself tells the mark price. */
  recordedMark: boolean;
  readonly told: ToldPrices;
}

/** The prices published each second, as candles. */
interface ToldPrices {
  readonly mark: PriceCandles;
  readonly index: PriceCandles;
  readonly premium: PriceCandles;
}

export class FuturesMarket implements FuturesListener {
  readonly exchange = new FuturesExchange(this, FEES);
  readonly controls = new FuturesControls(this.exchange);
  readonly algos = new AlgoService(this.exchange);
  readonly risk = new FuturesRisk(this.exchange);
  readonly streams: FuturesStreams;
  readonly rows: ExchangeInfoRow[] = [];
  private readonly histories = new Map<string, CandleHistory>();
  private readonly clockwork = new Map<string, Clockwork>();
  private readonly aggregating = new Aggregating((symbol) => this.tape(symbol));
  private nextSecond = 0;

  constructor(
    hub: StreamHub,
    private readonly users: UserStreams,
    faults: Faults,
    private readonly closedOrdersKept: number,
  ) {
    this.streams = new FuturesStreams(
      hub,
      this.exchange.symbols,
      (symbol) => this.history(symbol),
      (symbol) => faults.strike(STREAM_FAULTS, { symbol }) !== undefined,
    );
  }

  openAccount(id: string, wholeUsdt: number, now: number): FuturesAccount {
    const account = new FuturesAccount(id, this.closedOrdersKept);
    account.wallet = BigInt(wholeUsdt) * ONE;
    account.updateTime = now;
    this.exchange.accounts.set(id, account);
    return account;
  }

  addSymbol(
    row: ExchangeInfoRow,
    start: { updateId: number; tradeId: number; maxOrders: number; now: number },
  ): FuturesSymbol {
    const read = futuresInstrument(row);
    const instrument = start.maxOrders > 0 ? { ...read, maxOrders: start.maxOrders } : read;
    this.rows.push(start.maxOrders > 0 ? withOrderLimit(row, start.maxOrders) : row);
    this.histories.set(row.symbol, new CandleHistory(new Tape(instrument, 2_000_000_000)));
    this.clockwork.set(row.symbol, {
      mids: new MidSampler(),
      recordedMark: false,
      told: { mark: new PriceCandles(), index: new PriceCandles(), premium: new PriceCandles() },
    });
    return this.exchange.addSymbol(instrument, {
      updateId: start.updateId,
      tradeId: start.tradeId,
      orderId: FIRST_ORDER_IDS[row.symbol] ?? 61_000_000_000n + BigInt(this.rows.length) * 1_000_000_000n,
      nextFundingTime: (Math.floor(start.now / FUNDING_MS) + 1) * FUNDING_MS,
    });
  }

  tape(symbol: string): Tape {
    return this.history(symbol).tape;
  }

  history(symbol: string): CandleHistory {
    return this.histories.get(symbol)!;
  }

  told(symbol: string): ToldPrices {
    return this.clockwork.get(symbol)!.told;
  }

  /** A mark price out of the recording itself. */
  recordedMark(symbol: FuturesSymbol, markPrice: bigint, indexPrice: bigint): void {
    this.clockwork.get(symbol.instrument.symbol)!.recordedMark = true;
    symbol.markPrice = markPrice;
    symbol.indexPrice = indexPrice;
  }

  /** What goes by the clock: the mark price each second, countdowns, streams. */
  tick(now: number): void {
    if (now >= this.nextSecond) {
      this.nextSecond = Math.floor(now / 1000) * 1000 + 1000;
      for (const symbol of this.exchange.symbols.values()) this.takeMark(symbol, now);
      this.risk.look(now);
      this.exchange.expireDated(now);
    }
    this.algos.look(now);
    this.aggregating.close(now, (market, closed) => this.streams.aggregated(market, closed, now));
    this.controls.fireCountdowns(now);
    this.streams.tick(now);
  }

  /** Marks every symbol by its present mid: before the first second has passed, and when a price was moved by hand. */
  markNow(now: number): void {
    for (const symbol of this.exchange.symbols.values()) this.takeMark(symbol, now);
  }

  depthChanged(market: SymbolMarket, update: DepthUpdate): void {
    const mid = market.recordedMidTwice();
    if (mid !== undefined) this.clockwork.get(market.instrument.symbol)!.mids.seen(mid);
    this.streams.depthChanged(market, update);
  }

  traded(market: SymbolMarket, print: TradePrint): void {
    const closed = this.tape(market.instrument.symbol).add(print);
    this.aggregating.add(market);
    if (closed) this.streams.aggregated(market, closed, print.time);
    this.algos.sawTrade(market.instrument.symbol, print.price);
    this.streams.traded(market, print);
  }

  orderChanged(
    account: FuturesAccount,
    order: Order,
    execution: Execution,
    time: number,
    fill?: SettledFill,
  ): void {
    if (!isOpen(order)) this.algos.orderChanged(account, order, time);
    if (!this.users.wanted(account.id)) return;
    const { instrument } = this.exchange.symbols.get(order.symbol)!;
    if (fill) this.users.publish(account.id, 'TRADE_LITE', tradeLitePayload(order, instrument, time, fill));
    this.users.publish(
      account.id,
      'ORDER_TRADE_UPDATE',
      orderPayload(account, order, instrument, execution, time, fill),
    );
  }

  accountChanged(
    account: FuturesAccount,
    reason: string,
    positions: readonly Position[],
    balanceChange: bigint,
    time: number,
  ): void {
    if (this.users.wanted(account.id))
      this.users.publish(
        account.id,
        'ACCOUNT_UPDATE',
        accountPayload(account, this.exchange.symbols, reason, positions, balanceChange, time),
      );
  }

  leverageChanged(account: FuturesAccount, symbol: string, leverage: number, time: number): void {
    this.users.publish(account.id, 'ACCOUNT_CONFIG_UPDATE', leveragePayload(symbol, leverage, time));
  }

  assetsModeChanged(account: FuturesAccount, time: number): void {
    this.users.publish(account.id, 'ACCOUNT_CONFIG_UPDATE', assetsModePayload(account.multiAssets, time));
  }

  algoChanged(account: FuturesAccount, order: AlgoOrder, time: number): void {
    const { instrument } = this.exchange.symbols.get(order.symbol)!;
    this.users.publish(account.id, 'ALGO_UPDATE', algoPayload(order, instrument, time));
  }

  marginCalled(account: FuturesAccount, positions: readonly Position[], time: number): void {
    this.users.publish(
      account.id,
      'MARGIN_CALL',
      marginCallPayload(account, this.exchange.symbols, positions, time),
    );
  }

  liquidated(market: SymbolMarket, order: Order, time: number): void {
    this.streams.liquidated(market, order, time);
  }

  private takeMark(symbol: FuturesSymbol, now: number): void {
    const { mids, recordedMark, told } = this.clockwork.get(symbol.instrument.symbol)!;
    const mid = mids.takeMedian();
    if (mid !== undefined && !recordedMark) {
      symbol.markPrice = (BigInt(mid) * 10n ** BigInt(8 - symbol.instrument.priceDecimals)) / 2n;
      symbol.indexPrice = symbol.markPrice;
    }
    if (symbol.indexPrice === 0n) return;
    told.mark.add(symbol.markPrice, now);
    told.index.add(symbol.indexPrice, now);
    told.premium.add(((symbol.markPrice - symbol.indexPrice) * ONE) / symbol.indexPrice, now);
  }
}

/** ETHUSDT has ids that do not fit a double, as some of the real symbols do. */
const FIRST_ORDER_IDS: Readonly<Record<string, bigint>> = {
  BTCUSDT: 401_000_000_000n,
  ETHUSDT: 8_389_765_700_000_000_000n,
};

const withOrderLimit = (row: ExchangeInfoRow, limit: number): ExchangeInfoRow => ({
  ...row,
  filters: row.filters.map((filter) =>
    filter.filterType === 'MAX_NUM_ORDERS' ? { ...filter, limit } : filter,
  ),
});
