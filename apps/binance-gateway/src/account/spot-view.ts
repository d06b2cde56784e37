/**
 * The spot account of a key: the coins that its bot holds, without what the account had of them before, and of what they
 * are paid in no more than its capital and what its trades have moved since. Nothing can be withdrawn through the front.
 */
import { AccountView, getAccount, getOwnFlows } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { KeyHolder } from '../keys/front-keys';
import { SymbolLists } from '../market/symbol-list';
import { OwnOrders } from '../orders/own-orders';
import { Leases } from './leases';

export interface SpotBalance {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
}

@Injectable()
export class SpotView {
  constructor(
    private readonly bus: Bus,
    private readonly symbols: SymbolLists,
    private readonly leases: Leases,
    private readonly orders: OwnOrders,
  ) {}

  async balances(
    holder: KeyHolder,
  ): Promise<{ readonly items: SpotBalance[]; readonly account: AccountView }> {
    const [account, leases, { bySymbol }, moved, lockedInOrders] = await Promise.all([
      this.bus.request(getAccount, { market: 'spot' }),
      this.leases.of(holder, 'spot'),
      this.symbols.of('spot'),
      this.movedOf(holder),
      this.lockedIn(holder),
    ]);
    const quotes = new Set([...bySymbol.values()].map(({ quoteAsset }) => quoteAsset));
    const items = account.balances.flatMap(({ asset, wallet, free }) => {
      const lease = leases.get(asset);
      if (!lease && !quotes.has(asset)) return [];
      const own = lease
        ? new Decimal(wallet).minus(new Decimal(lease.baseline ?? '0'))
        : Decimal.min(new Decimal(wallet), moved?.get(asset) ?? new Decimal(wallet));
      const locked = Decimal.min(Decimal.max(0, own), lockedInOrders.get(asset) ?? ZERO);
      const left = Decimal.max(0, Decimal.min(new Decimal(free), own.minus(locked)));
      return [{ asset, free: left.toFixed(8), locked: locked.toFixed(8) }];
    });
    return { items, account };
  }

  /** What the key has of each quote asset by its own account; undefined where it has no capital. */
  private async movedOf({
    terms: { capital },
    botConfigId,
  }: KeyHolder): Promise<Map<string, Decimal> | undefined> {
    if (capital === undefined) return undefined;
    const [{ symbols, fees }, { bySymbol }] = await Promise.all([
      this.bus.request(getOwnFlows, { botConfigId, market: 'spot' }),
      this.symbols.of('spot'),
    ]);
    const moved = new Map<string, Decimal>();
    for (const { quoteAsset } of bySymbol.values()) moved.set(quoteAsset, new Decimal(capital));
    const add = (asset: string | undefined, amount: string): void => {
      const before = asset === undefined ? undefined : moved.get(asset);
      if (asset !== undefined && before) moved.set(asset, before.plus(new Decimal(amount)));
    };
    for (const { symbol, quoteFlow } of symbols) add(bySymbol.get(symbol)?.quoteAsset, quoteFlow);
    for (const { asset, amount } of fees) add(asset, new Decimal(amount).negated().toFixed());
    return moved;
  }

  /** By asset: what the key's own open orders keep. */
  private async lockedIn(holder: KeyHolder): Promise<Map<string, Decimal>> {
    const [open, { bySymbol }] = await Promise.all([
      this.orders.open(holder, 'spot', undefined),
      this.symbols.of('spot'),
    ]);
    const locked = new Map<string, Decimal>();
    for (const { order } of open) {
      const instrument = bySymbol.get(order.symbol);
      const left = new Decimal(order.quantity).minus(new Decimal(order.filledQuantity));
      const asset = order.side === 'SELL' ? instrument?.baseAsset : instrument?.quoteAsset;
      if (asset === undefined) continue;
      const amount = order.side === 'SELL' ? left : left.times(new Decimal(order.price ?? '0'));
      locked.set(asset, (locked.get(asset) ?? ZERO).plus(amount));
    }
    return locked;
  }
}
