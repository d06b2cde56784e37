/** Books fills into the account, sets what protects the position anew, and tells the strategy: the same whoever fills. */
import { Decimal } from '@elvis/trading';
import { FillFact, Protections } from '@elvis/strategy';
import { Gate } from '../gate/gate';
import { Account, AccountOptions } from './account';
import { Side } from './fill-rules';
import { Guard } from './guard';
import { liquidationPrice } from './liquidation';
import { OrderMaker } from './order-maker';
import { Trade } from './position';
import { Running } from './running';

/** What fills, and of which order. */
export interface Execution {
  /** What the strategy called its order, or what protected the position. */
  readonly name: string;
  /** As the order was judged; absent where it was none of the strategy's. */
  readonly id?: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly as: 'taker' | 'maker' | 'liquidated';
  /** What taking cost, in the quote asset: half the spread and the slippage. */
  readonly slippage?: Decimal;
  readonly because: string;
  readonly reason: Trade['reason'];
  /** Of an order that fills in parts: what has filled of it with this, and whether that is all; else it is whole. */
  readonly part?: { readonly filled: Decimal; readonly isLast: boolean };
}

export class Bookkeeper {
  readonly account: Account;
  readonly maker: OrderMaker;
  guard: Guard | undefined;

  constructor(
    private readonly running: Running,
    private readonly gate: Gate,
    private readonly options: AccountOptions,
  ) {
    this.account = new Account(options);
    this.maker = new OrderMaker(running, gate, this.account);
  }

  /** The strategy is told once, before its first step. */
  begin(): void {
    this.maker.tell(this.running.current.onStart(this.account.facts()));
  }

  /** Steps on the main candle that has just closed. */
  step(): void {
    this.maker.tell(this.running.current.onCandle(this.account.facts()));
  }

  /** The candle is over: what its end brings. */
  settle(close: number, timeMs: number): void {
    const { account } = this;
    account.close(close, timeMs);
    for (const order of account.orders.resting)
      if (order.expiresAtMs <= timeMs && account.orders.resting.includes(order))
        this.maker.close(order, 'EXPIRED');
    const due = this.guard?.dueAtMs ?? null;
    if (due !== null && timeMs >= due && account.position.signed !== 0)
      this.maker.exit(account.position.fact.quantity, 'it was held as long as it may', 'time');
  }

  /** What protects the position from the entry's first fill on. */
  guardBy(protections: Protections | null): void {
    if (this.account.position.signed === 0 || this.guard === undefined)
      this.guard = new Guard(protections ?? this.running.current.prepared.protections);
  }

  /** Books a fill, and tells the strategy of it and of what is over. */
  fill({ name, id, side, quantity, price, as, slippage, because, reason, part }: Execution): void {
    const { account } = this;
    const { position, timeMs } = account;
    const { takerFee, makerFee, liquidationFee } = this.options.costs;
    const rate = as === 'maker' ? makerFee : as === 'taker' ? takerFee : liquidationFee;
    const notional = quantity.times(price);
    const fee = notional.times(rate);
    if (slippage) position.paid.slippage = position.paid.slippage.plus(slippage);
    account.counts.fills += 1;
    const before = position.fact.quantity;
    const trade = position.fill({ side, quantity, notional, fee, timeMs, because, reason });
    if (id === undefined) this.gate.moved(side === 'BUY' ? quantity : quantity.negated());
    else this.gate.filled(id, part?.filled ?? quantity, part?.isLast ?? true);
    this.guardAnew(position.fact.quantity.gt(before));
    const fill: FillFact = { name, side, price, quantity, fee };
    if (trade !== undefined) {
      account.trades.push(trade);
      account.day.add(new Decimal(trade.net));
    }
    this.maker.tell(this.running.current.onFill(account.facts(), fill));
    if (trade === undefined) return;
    const closed = { direction: trade.direction, net: new Decimal(trade.net), reason };
    this.maker.tell(this.running.current.onPositionClosed(account.facts(), closed));
  }

  private guardAnew(hasGrown: boolean): void {
    const { fact, signed, walletNumber } = this.account.position;
    if (signed === 0) this.guard = undefined;
    if (this.guard === undefined) return;
    const { symbol, market } = this.options.instrument;
    const entryPrice = fact.entryPrice.toNumber();
    if (hasGrown) this.guard.set(signed > 0, entryPrice, fact.openedAtMs!);
    this.guard.liquidation =
      market === 'spot' ? null : liquidationPrice(symbol, signed, entryPrice, walletNumber);
  }
}
