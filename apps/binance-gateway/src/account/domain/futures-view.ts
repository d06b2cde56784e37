/**
 * The account as one key may see it: the positions of its own symbols as the exchange has them, and of the wallet no more
 * than its capital and what it has made since. All else of the account is as if it were not there.
 */
import { Decimal, ZERO } from '@elvis/trading';

export type Row = Readonly<Record<string, unknown>>;

export interface Share {
  /** Symbols that are the key's alone. */
  readonly symbols: ReadonlySet<string>;
  /** Of the wallet in each margin asset; undefined where the key has no bound. */
  readonly most: Decimal | undefined;
}

const amount = (row: Row, name: string): Decimal => {
  const value = row[name];
  return typeof value === 'string' && value !== '' ? new Decimal(value) : ZERO;
};
const sum = (rows: readonly Row[], name: string): Decimal =>
  rows.reduce((total, row) => total.plus(amount(row, name)), ZERO);
const text = (value: Decimal): string => value.toFixed(8);

/** What is not the key's is flat; what the symbol is set to stays. */
const KEPT_OF_OTHERS = new Set([
  ...['symbol', 'positionSide', 'leverage', 'isolated', 'marginType', 'isAutoAddMargin', 'maxNotional'],
  ...['maxNotionalValue', 'markPrice'],
]);
const flat = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, KEPT_OF_OTHERS.has(name) ? value : zeroOf(value)]),
  );
const zeroOf = (value: unknown): unknown =>
  typeof value === 'string'
    ? /^-?\d+(\.\d+)?$/.test(value)
      ? new Decimal(0).toFixed(decimalsOf(value))
      : value
    : 0;
const decimalsOf = (value: string): number => value.split('.')[1]?.length ?? 0;

/** Version 2 lists every symbol, version 3 those in use. */
export const positionsOf = (rows: readonly Row[], { symbols }: Share, version: 2 | 3): Row[] => {
  const isOwn = ({ symbol }: Row): boolean => symbols.has(String(symbol));
  return version === 3 ? rows.filter(isOwn) : rows.map((row) => (isOwn(row) ? row : flat(row)));
};

interface Margins {
  readonly initial: Decimal;
  readonly maintenance: Decimal;
  readonly unrealized: Decimal;
  readonly openOrders: Decimal;
}

const walletOf = (asset: Row, { most }: Share, name: string): Decimal => {
  const wallet = amount(asset, name);
  return most === undefined ? wallet : Decimal.max(0, Decimal.min(wallet, most));
};

/** No more than what is left of the key's own, and no more than the account itself has. */
const availableOf = (asset: Row, wallet: Decimal, { initial, unrealized }: Margins): Decimal =>
  Decimal.max(0, Decimal.min(amount(asset, 'availableBalance'), wallet.plus(unrealized).minus(initial)));

/** Positions are margined in the asset that their symbol is quoted in. */
export function accountOf(
  account: Row,
  share: Share,
  version: 2 | 3,
  assetOf: (symbol: string) => string | undefined,
): Row {
  const all = account.positions as readonly Row[];
  const positions = positionsOf(all, share, version);
  const own = all.filter(({ symbol }) => share.symbols.has(String(symbol)));
  const assets = (account.assets as readonly Row[]).map((asset) => {
    const inAsset = own.filter(({ symbol }) => assetOf(String(symbol)) === asset.asset);
    return assetRow(asset, marginsOf(inAsset), share);
  });
  const total = (name: string): string => text(sum(assets, name));
  return {
    ...account,
    ...(version === 2 && { canDeposit: false, canWithdraw: false }),
    totalInitialMargin: total('initialMargin'),
    totalMaintMargin: total('maintMargin'),
    totalWalletBalance: total('walletBalance'),
    totalUnrealizedProfit: total('unrealizedProfit'),
    totalMarginBalance: total('marginBalance'),
    totalPositionInitialMargin: total('positionInitialMargin'),
    totalOpenOrderInitialMargin: total('openOrderInitialMargin'),
    totalCrossWalletBalance: total('crossWalletBalance'),
    totalCrossUnPnl: total('crossUnPnl'),
    availableBalance: total('availableBalance'),
    maxWithdrawAmount: '0.00000000',
    assets,
    positions,
  };
}

const marginsOf = (rows: readonly Row[]): Margins => ({
  initial: sum(rows, 'initialMargin'),
  maintenance: sum(rows, 'maintMargin'),
  unrealized: sum(rows, 'unrealizedProfit'),
  openOrders: sum(rows, 'openOrderInitialMargin'),
});

function assetRow(asset: Row, margins: Margins, share: Share): Row {
  const wallet = walletOf(asset, share, 'walletBalance');
  const { initial, maintenance, unrealized, openOrders } = margins;
  return {
    ...asset,
    walletBalance: text(wallet),
    unrealizedProfit: text(unrealized),
    marginBalance: text(wallet.plus(unrealized)),
    maintMargin: text(maintenance),
    initialMargin: text(initial),
    positionInitialMargin: text(initial.minus(openOrders)),
    openOrderInitialMargin: text(openOrders),
    crossWalletBalance: text(wallet),
    crossUnPnl: text(unrealized),
    availableBalance: text(availableOf(asset, wallet, margins)),
    maxWithdrawAmount: '0.00000000',
  };
}

/** The list of balances, from the account as it was cut. */
export const balancesOf = (account: Row): Row[] =>
  (account.assets as readonly Row[]).map((asset) => ({
    accountAlias: 'elvis',
    asset: asset.asset,
    balance: asset.walletBalance,
    crossWalletBalance: asset.crossWalletBalance,
    crossUnPnl: asset.crossUnPnl,
    availableBalance: asset.availableBalance,
    maxWithdrawAmount: asset.maxWithdrawAmount,
    marginAvailable: true,
    updateTime: asset.updateTime,
  }));
