/** What Binance's streams tell about the account, in Elvis's words. */
import { FuturesPosition, FuturesUserEvent, SpotUserEvent } from '@elvis/binance';
import { Decimal } from '@elvis/trading';
import { AccountChange, KnownPosition } from '../../domain/known-account';

/** The side of an account in hedge mode, which holds both of a symbol at once; nothing in one-way mode. */
export const sideOf = (side: string): Pick<KnownPosition, 'positionSide'> =>
  side === 'LONG' || side === 'SHORT' ? { positionSide: side } : {};

export const toAccountChange = ({ a, E }: FuturesUserEvent): AccountChange => ({
  balances: (a?.B ?? []).map(({ a: asset, wb: wallet }) => ({ asset, wallet: amountOf(wallet) })),
  positions: (a?.P ?? []).map(({ s: symbol, pa, ep, up, ps }) => ({
    symbol,
    quantity: amountOf(pa),
    entryPrice: amountOf(ep),
    unrealizedPnl: amountOf(up),
    ...sideOf(ps),
  })),
  atMs: E,
});

export const toSpotAccountChange = ({ B = [], E }: SpotUserEvent): AccountChange => ({
  balances: B.map(({ a: asset, f, l }) => ({
    asset,
    wallet: new Decimal(f).plus(l).toFixed(),
    free: amountOf(f),
  })),
  positions: [],
  atMs: E,
});

export const toKnownPosition = (position: FuturesPosition): KnownPosition => ({
  symbol: position.symbol,
  // As the stream's are told: the same position is the same text, wherever it was heard of.
  quantity: amountOf(position.positionAmt),
  entryPrice: position.entryPrice,
  markPrice: position.markPrice,
  unrealizedPnl: position.unRealizedProfit,
  ...sideOf(position.positionSide),
});

/** @throws where it is no number: then the event cannot be read */
const amountOf = (text: string): string => new Decimal(text).toFixed();
