/** What positions and orders tie up. Every figure is in 1e-8 quote and follows the mark price. */
import { maintenanceMargin } from './brackets';
import { FuturesAccount, Position } from './futures-account';
import { Instrument } from '../shared/instrument';
import { absolute, larger } from '../shared/scaled';

/** What the margin rules need to know of a symbol. */
export interface MarkedSymbol {
  readonly instrument: Instrument;
  /** In 1e-8 quote for one whole unit of the base asset. */
  readonly markPrice: bigint;
}

export type Symbols = ReadonlyMap<string, MarkedSymbol>;

export interface PositionMargin {
  readonly notional: bigint;
  readonly unrealized: bigint;
  readonly initial: bigint;
  readonly openOrders: bigint;
  readonly maintenance: bigint;
}

interface AccountMargin {
  readonly unrealized: bigint;
  readonly crossUnrealized: bigint;
  readonly crossWallet: bigint;
  readonly positionInitial: bigint;
  readonly openOrderInitial: bigint;
  readonly maintenance: bigint;
  readonly crossMaintenance: bigint;
  readonly available: bigint;
}

/** The value of a quantity at the mark price, signed as the quantity. */
export const markNotional = ({ instrument, markPrice }: MarkedSymbol, amount: number): bigint =>
  (markPrice * BigInt(amount)) / 10n ** BigInt(instrument.quantityDecimals);

/** A position's profit if it were closed at the mark price. */
export const unrealizedOf = (position: Position, symbol: MarkedSymbol): bigint =>
  position.amount === 0
    ? 0n
    : position.amount > 0
      ? markNotional(symbol, position.amount) - position.cost
      : position.cost + markNotional(symbol, position.amount);

/** What the symbol ties up when its open orders come to `bids` and `asks`: the worse of all bought and all sold. */
export function exposureOf(
  account: FuturesAccount,
  symbol: MarkedSymbol,
  bids: bigint,
  asks: bigint,
): bigint {
  const name = symbol.instrument.symbol;
  if (account.dualSide)
    return (
      absolute(markNotional(symbol, account.position(name, 'LONG').amount)) +
      bids +
      absolute(markNotional(symbol, account.position(name, 'SHORT').amount)) +
      asks
    );
  const held = markNotional(symbol, account.position(name).amount);
  return larger(absolute(held + bids), absolute(held - asks));
}

export function positionMargin(
  account: FuturesAccount,
  position: Position,
  symbol: MarkedSymbol,
): PositionMargin {
  const { leverage, bids, asks } = account.settings(position.symbol);
  const notional = markNotional(symbol, position.amount);
  const initial = absolute(notional) / BigInt(leverage);
  const opening = position.side === 'LONG' ? bids : position.side === 'SHORT' ? asks : undefined;
  const openOrders =
    opening === undefined
      ? exposureOf(account, symbol, bids, asks) / BigInt(leverage) - initial
      : opening / BigInt(leverage);
  return {
    notional,
    unrealized: unrealizedOf(position, symbol),
    initial,
    openOrders: larger(openOrders, 0n),
    maintenance: position.amount === 0 ? 0n : maintenanceMargin(position.symbol, absolute(notional)),
  };
}

/** The account as a whole. Isolated positions live on their own margin; what is left is cross. */
export function accountMargin(account: FuturesAccount, symbols: Symbols): AccountMargin {
  let unrealized = 0n;
  let crossUnrealized = 0n;
  let positionInitial = 0n;
  let isolatedInitial = 0n;
  let openOrderInitial = 0n;
  let maintenance = 0n;
  let crossMaintenance = 0n;
  let isolated = 0n;
  for (const [name, symbol] of symbols) {
    const settings = account.settings(name);
    for (const position of account.positionsOf(name)) {
      if (position.amount === 0 && settings.bids === 0n && settings.asks === 0n) continue;
      const margin = positionMargin(account, position, symbol);
      unrealized += margin.unrealized;
      positionInitial += margin.initial;
      openOrderInitial += margin.openOrders;
      maintenance += margin.maintenance;
      if (settings.marginType === 'ISOLATED') {
        isolated += position.isolatedWallet;
        isolatedInitial += margin.initial;
      } else {
        crossUnrealized += margin.unrealized;
        crossMaintenance += margin.maintenance;
      }
    }
  }
  const crossWallet = account.wallet - isolated;
  const free = crossWallet + crossUnrealized - (positionInitial - isolatedInitial) - openOrderInitial;
  return {
    unrealized,
    crossUnrealized,
    crossWallet,
    positionInitial,
    openOrderInitial,
    maintenance,
    crossMaintenance,
    available: larger(free, 0n),
  };
}
