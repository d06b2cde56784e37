/** Balances, positions and settings of a futures account as each version of the calls shows them. */
import {
  accountMargin,
  breakEvenPrice,
  entryPrice,
  fromMoney,
  fromUnits,
  FuturesAccount,
  FuturesSymbol,
  liquidationPrice,
  notionalCapAt,
  ONE,
  Position,
  positionMargin,
  PositionMargin,
  Symbols,
  trimmed,
} from '@elvis/simulation';

const money = (amount: bigint): string => fromMoney(amount);
const plain = (amount: bigint): string => trimmed(fromMoney(amount));

type FuturesSymbols = ReadonlyMap<string, FuturesSymbol>;

export function balanceRows(account: FuturesAccount, symbols: Symbols): unknown[] {
  const margin = accountMargin(account, symbols);
  return [
    {
      accountAlias: 'paper',
      asset: 'USDT',
      balance: money(account.wallet),
      crossWalletBalance: money(margin.crossWallet),
      crossUnPnl: money(margin.crossUnrealized),
      availableBalance: money(margin.available),
      maxWithdrawAmount: money(withdrawable(account, margin)),
      marginAvailable: true,
      updateTime: account.updateTime,
    },
  ];
}

export function accountAnswer(account: FuturesAccount, symbols: FuturesSymbols, version: 2 | 3): unknown {
  const margin = accountMargin(account, symbols);
  const balance = account.wallet + margin.unrealized;
  const initial = margin.positionInitial + margin.openOrderInitial;
  const totals = {
    totalInitialMargin: money(initial),
    totalMaintMargin: money(margin.maintenance),
    totalWalletBalance: money(account.wallet),
    totalUnrealizedProfit: money(margin.unrealized),
    totalMarginBalance: money(balance),
    totalPositionInitialMargin: money(margin.positionInitial),
    totalOpenOrderInitialMargin: money(margin.openOrderInitial),
    totalCrossWalletBalance: money(margin.crossWallet),
    totalCrossUnPnl: money(margin.crossUnrealized),
    availableBalance: money(margin.available),
    maxWithdrawAmount: money(withdrawable(account, margin)),
  };
  const asset = {
    asset: 'USDT',
    walletBalance: money(account.wallet),
    unrealizedProfit: money(margin.unrealized),
    marginBalance: money(balance),
    maintMargin: money(margin.maintenance),
    initialMargin: money(initial),
    positionInitialMargin: money(margin.positionInitial),
    openOrderInitialMargin: money(margin.openOrderInitial),
    crossWalletBalance: money(margin.crossWallet),
    crossUnPnl: money(margin.crossUnrealized),
    availableBalance: money(margin.available),
    maxWithdrawAmount: money(withdrawable(account, margin)),
    ...(version === 2 ? { marginAvailable: true } : {}),
    updateTime: account.updateTime,
  };
  if (version === 3)
    return {
      ...totals,
      assets: [asset],
      positions: involved(account, symbols).map((p) => accountPosition(account, p, symbols)),
    };
  return {
    ...permissions(account),
    ...totals,
    assets: [asset],
    positions: everyPosition(account, symbols).map((p) => accountPositionV2(account, p, symbols)),
  };
}

export const permissions = (account: FuturesAccount) => ({
  feeTier: 0,
  canTrade: true,
  canDeposit: true,
  canWithdraw: true,
  updateTime: 0,
  multiAssetsMargin: account.multiAssets,
  tradeGroupId: -1,
});

/** Positions of version 3: only symbols with a position or an open order. */
export const positionRows = (account: FuturesAccount, symbols: FuturesSymbols, symbol?: string): unknown[] =>
  involved(account, symbols)
    .filter((position) => symbol === undefined || position.symbol === symbol)
    .map((position) => {
      const { marked, margin } = figuresOf(account, position, symbols);
      return {
        symbol: position.symbol,
        positionSide: position.side,
        positionAmt: fromUnits(position.amount, marked.instrument.quantityDecimals),
        entryPrice: plain(entryPrice(position, marked.instrument)),
        breakEvenPrice: plain(breakEvenPrice(position, marked.instrument)),
        markPrice: money(marked.markPrice),
        unRealizedProfit: money(margin.unrealized),
        liquidationPrice: liquidationText(account, position, symbols),
        isolatedMargin: money(isolatedMargin(account, position, margin)),
        notional: money(margin.notional),
        marginAsset: 'USDT',
        isolatedWallet: money(position.isolatedWallet),
        initialMargin: money(margin.initial + margin.openOrders),
        maintMargin: money(margin.maintenance),
        positionInitialMargin: money(margin.initial),
        openOrderInitialMargin: money(margin.openOrders),
        adl: position.amount === 0 ? 0 : 2,
        bidNotional: money(account.settings(position.symbol).bids),
        askNotional: money(account.settings(position.symbol).asks),
        updateTime: position.updateTime,
      };
    });

/** Positions of version 2: every symbol, with leverage and margin type. */
export const positionRowsV2 = (
  account: FuturesAccount,
  symbols: FuturesSymbols,
  symbol?: string,
): unknown[] =>
  everyPosition(account, symbols)
    .filter((position) => symbol === undefined || position.symbol === symbol)
    .map((position) => {
      const { marked, margin } = figuresOf(account, position, symbols);
      const settings = account.settings(position.symbol);
      return {
        symbol: position.symbol,
        positionAmt: fromUnits(position.amount, marked.instrument.quantityDecimals),
        entryPrice: plain(entryPrice(position, marked.instrument)),
        breakEvenPrice: plain(breakEvenPrice(position, marked.instrument)),
        markPrice: money(marked.markPrice),
        unRealizedProfit: money(margin.unrealized),
        liquidationPrice: liquidationText(account, position, symbols),
        leverage: `${settings.leverage}`,
        maxNotionalValue: capText(position.symbol, settings.leverage),
        marginType: settings.marginType === 'CROSSED' ? 'cross' : 'isolated',
        isolatedMargin: money(isolatedMargin(account, position, margin)),
        isAutoAddMargin: 'false',
        positionSide: position.side,
        notional: money(margin.notional),
        isolatedWallet: money(position.isolatedWallet),
        updateTime: position.updateTime,
      };
    });

export const symbolConfigRow = (account: FuturesAccount, symbol: string) => {
  const { leverage, marginType } = account.settings(symbol);
  return {
    symbol,
    marginType,
    isAutoAddMargin: false,
    leverage,
    maxNotionalValue: capText(symbol, leverage),
  };
};

export const capText = (symbol: string, leverage: number): string =>
  String((notionalCapAt(symbol, leverage) ?? 0n) / ONE);

function accountPosition(account: FuturesAccount, position: Position, symbols: FuturesSymbols) {
  const { marked, margin } = figuresOf(account, position, symbols);
  return {
    symbol: position.symbol,
    positionSide: position.side,
    positionAmt: fromUnits(position.amount, marked.instrument.quantityDecimals),
    unrealizedProfit: money(margin.unrealized),
    isolatedMargin: money(isolatedMargin(account, position, margin)),
    notional: money(margin.notional),
    isolatedWallet: money(position.isolatedWallet),
    initialMargin: money(margin.initial + margin.openOrders),
    maintMargin: money(margin.maintenance),
    updateTime: position.updateTime,
  };
}

function accountPositionV2(account: FuturesAccount, position: Position, symbols: FuturesSymbols) {
  const { marked, margin } = figuresOf(account, position, symbols);
  const settings = account.settings(position.symbol);
  return {
    symbol: position.symbol,
    initialMargin: money(margin.initial + margin.openOrders),
    maintMargin: money(margin.maintenance),
    unrealizedProfit: money(margin.unrealized),
    positionInitialMargin: money(margin.initial),
    openOrderInitialMargin: money(margin.openOrders),
    leverage: `${settings.leverage}`,
    isolated: settings.marginType === 'ISOLATED',
    entryPrice: plain(entryPrice(position, marked.instrument)),
    breakEvenPrice: plain(breakEvenPrice(position, marked.instrument)),
    maxNotional: capText(position.symbol, settings.leverage),
    bidNotional: money(settings.bids),
    askNotional: money(settings.asks),
    positionSide: position.side,
    positionAmt: fromUnits(position.amount, marked.instrument.quantityDecimals),
    updateTime: position.updateTime,
  };
}

function figuresOf(account: FuturesAccount, position: Position, symbols: FuturesSymbols) {
  const marked = symbols.get(position.symbol)!;
  return { marked, margin: positionMargin(account, position, marked) };
}

const isolatedMargin = (account: FuturesAccount, position: Position, margin: PositionMargin): bigint =>
  account.settings(position.symbol).marginType === 'ISOLATED' && position.amount !== 0
    ? position.isolatedWallet + margin.unrealized
    : 0n;

const liquidationText = (account: FuturesAccount, position: Position, symbols: FuturesSymbols): string =>
  position.amount === 0 ? '0' : plain(liquidationPrice(account, position, symbols));

const withdrawable = (account: FuturesAccount, { available }: { available: bigint }): bigint =>
  available < account.wallet ? available : account.wallet;

const everyPosition = (account: FuturesAccount, symbols: FuturesSymbols): Position[] =>
  [...symbols.keys()].flatMap((symbol) => account.positionsOf(symbol));

const involved = (account: FuturesAccount, symbols: FuturesSymbols): Position[] =>
  [...symbols.keys()].flatMap((symbol) =>
    account
      .positionsOf(symbol)
      .filter(({ amount }) => amount !== 0 || (account.open.get(symbol)?.size ?? 0) > 0),
  );
