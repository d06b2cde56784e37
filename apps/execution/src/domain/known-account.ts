/**
 * The account as it is known: what the exchange said when it was last asked, changed by what its stream has told since.
 *
 * Whatever the stream tells is told whole (a balance, a position as it is now), so that applying it twice or after a
 * reading that had it already does no harm: the last word of the stream is never older than the reading before it.
 */
import { Decimal } from '@elvis/trading';

export interface KnownBalance {
  readonly asset: string;
  readonly wallet: string;
  readonly free: string;
}

export interface KnownPosition {
  readonly symbol: string;
  readonly quantity: string;
  readonly entryPrice: string;
  /** As of the last reading; '0' if none has named it. */
  readonly markPrice: string;
  readonly unrealizedPnl: string;
  readonly leverage?: number;
  readonly positionSide?: 'LONG' | 'SHORT';
}

export interface KnownAccount {
  readonly balances: readonly KnownBalance[];
  /** Those that are not flat. */
  readonly positions: readonly KnownPosition[];
  /** Exchange time at which the last reading began: what no stream tells is as old as that. */
  readonly readAtMs: number;
  /** Exchange time until which all of the rest is known to hold. */
  readonly knownToMs: number;
  /** Exchange time of the last change of a wallet that is known of. */
  readonly walletsChangedAtMs: number;
}

/** What one message of the stream says: each as it is now. */
export interface AccountChange {
  /** What is free is told on spot alone. */
  readonly balances: readonly { readonly asset: string; readonly wallet: string; readonly free?: string }[];
  readonly positions: readonly Omit<KnownPosition, 'markPrice' | 'leverage'>[];
  /** Exchange time. */
  readonly atMs: number;
}

export interface AccountReading {
  readonly balances: readonly KnownBalance[];
  readonly positions: readonly KnownPosition[];
  readonly asOfMs: number;
}

const keyOf = ({ symbol, positionSide }: Pick<KnownPosition, 'symbol' | 'positionSide'>): string =>
  `${symbol}:${positionSide ?? ''}`;

export function changedBy(known: KnownAccount, change: AccountChange): KnownAccount {
  const balances = new Map(known.balances.map((balance) => [balance.asset, balance]));
  for (const { asset, wallet, free } of change.balances) {
    // A new asset has nothing free before the exchange says so.
    balances.set(asset, { asset, wallet, free: free ?? balances.get(asset)?.free ?? '0' });
  }
  const positions = new Map(known.positions.map((position) => [keyOf(position), position]));
  for (const told of change.positions) {
    const before = positions.get(keyOf(told));
    if (new Decimal(told.quantity).isZero()) positions.delete(keyOf(told));
    else
      positions.set(keyOf(told), {
        ...told,
        markPrice: before?.markPrice ?? '0',
        leverage: before?.leverage,
      });
  }
  return {
    ...known,
    balances: [...balances.values()],
    positions: [...positions.values()],
    knownToMs: Math.max(known.knownToMs, change.atMs),
    walletsChangedAtMs:
      change.balances.length > 0 ? Math.max(known.walletsChangedAtMs, change.atMs) : known.walletsChangedAtMs,
  };
}

/** After another reading; `told` is what the stream has said since that reading was asked for. */
export function readAgain(
  before: KnownAccount | undefined,
  reading: AccountReading,
  told: readonly AccountChange[],
): KnownAccount {
  const { balances, positions, asOfMs } = reading;
  const isSame = before !== undefined && walletsOf(before.balances) === walletsOf(balances);
  const read: KnownAccount = {
    balances,
    positions: positions.filter(({ quantity }) => !new Decimal(quantity).isZero()),
    readAtMs: asOfMs,
    knownToMs: asOfMs,
    walletsChangedAtMs: isSame ? before.walletsChangedAtMs : asOfMs,
  };
  return told.reduce(changedBy, read);
}

/** What a reading shows otherwise than the stream had told; by asset and by position. */
export function differencesFrom(known: KnownAccount, reading: AccountReading): readonly string[] {
  const ours = factsOf(known);
  const theirs = factsOf(reading);
  return [...new Set([...ours.keys(), ...theirs.keys()])].filter(
    (name) => !new Decimal(ours.get(name) ?? 0).eq(theirs.get(name) ?? 0),
  );
}

/** The mark of each position in place of the one of the last reading, where a newer one is known. */
export const markedBy = (
  positions: readonly KnownPosition[],
  markOf: (symbol: string) => Decimal | undefined,
): readonly KnownPosition[] =>
  positions.map((position) => {
    const mark = markOf(position.symbol);
    if (!mark) return position;
    const unrealized = mark.minus(position.entryPrice).times(position.quantity);
    return { ...position, markPrice: mark.toFixed(), unrealizedPnl: unrealized.toDecimalPlaces(8).toFixed() };
  });

/** On spot a symbol's holdings stand for its position. */
export const holdingsOf = (
  balances: readonly KnownBalance[],
  traded: readonly { readonly symbol: string; readonly baseAsset: string }[],
): readonly KnownPosition[] =>
  traded.flatMap(({ symbol, baseAsset }) => {
    const quantity = balances.find(({ asset }) => asset === baseAsset)?.wallet ?? '0';
    if (!new Decimal(quantity).gt(0)) return [];
    return [{ symbol, quantity, entryPrice: '0', markPrice: '0', unrealizedPnl: '0' }];
  });

export const told = ({ balances, positions }: AccountChange): readonly string[] => [
  ...balances.map(({ asset }) => asset),
  ...positions.map(keyOf),
];

const factsOf = ({ balances, positions }: Pick<AccountReading, 'balances' | 'positions'>) =>
  new Map<string, string>([
    ...balances.map(({ asset, wallet }) => [asset, wallet] as const),
    ...positions.map((position) => [keyOf(position), position.quantity] as const),
  ]);

const walletsOf = (balances: readonly KnownBalance[]): string =>
  balances
    .map(({ asset, wallet }) => `${asset} ${new Decimal(wallet).toFixed()}`)
    .filter((text) => !text.endsWith(' 0'))
    .sort()
    .join();
