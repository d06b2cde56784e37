/** The spot side of the exchange, put together: markets, tapes, streams and user events. */
import {
  DepthUpdate,
  ExchangeInfoRow,
  Execution,
  ONE,
  OrderList,
  SpotAccount,
  SpotAmends,
  SpotExchange,
  SpotFill,
  spotInstrument,
  SpotListener,
  SpotLists,
  SpotOrder,
  SymbolMarket,
  Tape,
  TradePrint,
} from '@elvis/simulation';
import { MarketStreams } from '../streams/market-streams';
import {
  accountPosition,
  balanceUpdate,
  executionReport,
  listStatus,
  SPOT_PAYLOADS,
} from '../streams/spot-payloads';
import { StreamHub } from '../streams/stream-hub';
import { UserStreams } from '../streams/user-streams';
import { Aggregating } from './aggregating';
import { CandleHistory } from '../candles/candle-history';
import { STREAM_FAULTS, Faults } from '../faults/faults';

export class SpotMarket implements SpotListener {
  readonly exchange = new SpotExchange(this);
  readonly lists = new SpotLists(this.exchange, this);
  readonly amends = new SpotAmends(this.exchange, this);
  readonly streams: MarketStreams;
  readonly rows: ExchangeInfoRow[] = [];
  private readonly histories = new Map<string, CandleHistory>();
  private readonly aggregating = new Aggregating((symbol) => this.tape(symbol));
  private reports = 0;

  constructor(
    hub: StreamHub,
    private readonly users: UserStreams,
    faults: Faults,
    /** Told when an order's first fill gives its account room again. */
    private readonly giveBack: (account: string, maker: boolean, time: number) => void,
    private readonly closedOrdersKept: number,
  ) {
    this.streams = new MarketStreams(
      hub,
      () => this.exchange.markets.values(),
      (symbol) => this.history(symbol),
      SPOT_PAYLOADS,
      [
        ['', 1_000],
        ['@1000ms', 1_000],
        ['@100ms', 100],
      ],
      (symbol) => faults.strike(STREAM_FAULTS, { symbol }) !== undefined,
    );
  }

  openAccount(id: string, wholeUsdt: number, now: number): SpotAccount {
    const account = new SpotAccount(id, this.closedOrdersKept);
    account.balance('USDT').free = BigInt(wholeUsdt) * ONE;
    account.updateTime = now;
    this.exchange.accounts.set(id, account);
    return account;
  }

  addSymbol(row: ExchangeInfoRow): SymbolMarket {
    const instrument = spotInstrument(row);
    this.rows.push({ ...row, ...NOT_SERVED });
    this.histories.set(row.symbol, new CandleHistory(new Tape(instrument, 3_100_000_000, true)));
    return this.exchange.addSymbol(instrument, 28_000_000_000n + BigInt(this.rows.length) * 1_000_000_000n);
  }

  tape(symbol: string): Tape {
    return this.history(symbol).tape;
  }

  history(symbol: string): CandleHistory {
    return this.histories.get(symbol)!;
  }

  tick(now: number): void {
    this.aggregating.close(now, (market, closed) => this.streams.aggregated(market, closed, now));
    this.exchange.settlePending();
    this.exchange.look(now);
    this.lists.look(now);
    this.streams.tick(now);
  }

  /** The number of the execution that was told last. */
  get lastExecutionId(): number {
    return this.reports;
  }

  deposit(account: SpotAccount, asset: string, amount: bigint, time: number): void {
    account.balance(asset).free += amount;
    account.updateTime = time;
    this.users.publish(spotChannel(account.id), 'balanceUpdate', balanceUpdate(asset, amount, time));
    this.balancesChanged(account, [asset], time);
  }

  depthChanged(market: SymbolMarket, update: DepthUpdate): void {
    this.streams.depthChanged(market, update);
  }

  traded(market: SymbolMarket, print: TradePrint): void {
    const closed = this.tape(market.instrument.symbol).add(print);
    this.aggregating.add(market);
    if (closed) this.streams.aggregated(market, closed, print.time);
    this.exchange.sawTrade(market.instrument.symbol, print.price);
    this.streams.traded(market, print);
  }

  spotOrderChanged(
    account: SpotAccount,
    order: SpotOrder,
    execution: Execution,
    time: number,
    fill?: SpotFill,
  ): void {
    this.reports += 1;
    const channel = spotChannel(account.id);
    if (!this.users.wanted(channel)) return;
    const { instrument } = this.exchange.market(order.symbol);
    this.users.publish(
      channel,
      'executionReport',
      executionReport(order, instrument, execution, this.reports, time, fill),
    );
  }

  balancesChanged(account: SpotAccount, assets: readonly string[], time: number): void {
    const channel = spotChannel(account.id);
    if (this.users.wanted(channel))
      this.users.publish(channel, 'outboundAccountPosition', accountPosition(account, assets, time));
  }

  listChanged(account: SpotAccount, list: OrderList, time: number): void {
    this.users.publish(spotChannel(account.id), 'listStatus', listStatus(list, time));
  }

  firstFilled(account: SpotAccount, maker: boolean, time: number): void {
    this.giveBack(account.id, maker, time);
  }
}

/** What the exchange could do and this one does not, said so in its rules. */
const NOT_SERVED = {
  icebergAllowed: false,
  opoAllowed: false,
  pegInstructionsAllowed: false,
  allowedSelfTradePreventionModes: ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'],
};

/** Spot and futures events of one account go different ways. */
export const spotChannel = (account: string): string => `spot:${account}`;
