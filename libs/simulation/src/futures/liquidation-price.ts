/** The mark price at which an account's margin would no longer cover a position, everything else unchanged. */
import { maintenanceMargin } from './brackets';
import { FuturesAccount, Position } from './futures-account';
import { accountMargin, markNotional, Symbols } from './margin';
import { absolute } from '../shared/scaled';

export function liquidationPrice(account: FuturesAccount, position: Position, symbols: Symbols): bigint {
  const symbol = symbols.get(position.symbol)!;
  const amount = BigInt(position.amount);
  const unit = 10n ** BigInt(symbol.instrument.quantityDecimals);
  const notional = markNotional(symbol, position.amount);
  const maintenance = maintenanceMargin(position.symbol, absolute(notional));
  const margin = accountMargin(account, symbols);
  const spare =
    account.settings(position.symbol).marginType === 'ISOLATED'
      ? position.isolatedWallet + (notional - signedCost(position)) - maintenance
      : margin.crossWallet + margin.crossUnrealized - margin.crossMaintenance;
  // Spare margin shrinks by the amount for each unit of price, and the maintenance margin moves with the notional.
  const rate = (maintenance * 1_000_000n) / (absolute(notional) || 1n);
  const slope = (amount * (1_000_000n - (amount > 0n ? rate : -rate))) / 1_000_000n;
  if (slope === 0n) return 0n;
  const price = symbol.markPrice - (spare * unit) / slope;
  return price > 0n ? price : 0n;
}

const signedCost = (position: Position): bigint => (position.amount > 0 ? position.cost : -position.cost);
