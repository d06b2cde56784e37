/**
 * Accounts across restarts, on request: balances, positions, settings, every order that is known, open ones included,
 * trades and bookings. Open orders go back into the book, at the end of the queue at their price.
 */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  AccountTrade,
  AlgoOrder,
  Balance,
  FuturesAccount,
  Income,
  Order,
  OrderList,
  Position,
  SpotAccount,
  SpotOrder,
  SymbolMarket,
  SymbolSettings,
  TradingAccount,
} from '@elvis/simulation';
import { FuturesMarket } from '../markets/futures-market';
import { SpotMarket } from '../markets/spot-market';

const VERSION = 3;

interface SavedOrders<Kept> {
  readonly account: string;
  readonly updateTime: number;
  readonly orders: readonly Kept[];
  readonly trades: readonly (Omit<AccountTrade, 'order'> & { readonly orderId: bigint })[];
}

interface SavedFutures extends SavedOrders<Order> {
  readonly wallet: bigint;
  readonly dualSide: boolean;
  readonly multiAssets: boolean;
  readonly settings: readonly (Pick<SymbolSettings, 'leverage' | 'marginType'> & {
    readonly symbol: string;
  })[];
  readonly positions: readonly Position[];
  readonly incomes: readonly Income[];
  readonly countdowns: readonly (readonly [string, number])[];
}

interface SavedSpot extends SavedOrders<SpotOrder> {
  readonly balances: readonly (readonly [string, Balance])[];
  readonly lists: readonly (Omit<OrderList, 'orders'> & { readonly orderIds: readonly bigint[] })[];
}

/** Where the id chains of a symbol's market stand. */
interface SavedIds {
  readonly symbol: string;
  readonly updateId: number;
  readonly tradeId: number;
}

interface Snapshot {
  readonly version: number;
  readonly ids: { readonly futures: readonly SavedIds[]; readonly spot: readonly SavedIds[] };
  readonly futures: readonly SavedFutures[];
  readonly spot: readonly SavedSpot[];
  readonly algos: readonly AlgoOrder[];
}

export async function writeSnapshot(file: string, futures: FuturesMarket, spot: SpotMarket): Promise<void> {
  const snapshot: Snapshot = {
    version: VERSION,
    ids: { futures: savedIds(futuresMarkets(futures)), spot: savedIds([...spot.exchange.markets.values()]) },
    futures: [...futures.exchange.accounts.values()].map((account) => ({
      ...savedOrders(account),
      wallet: account.wallet,
      dualSide: account.dualSide,
      multiAssets: account.multiAssets,
      settings: [...futures.exchange.symbols.keys()].map((symbol) => {
        const { leverage, marginType } = account.settings(symbol);
        return { symbol, leverage, marginType };
      }),
      positions: account.openPositions(),
      incomes: account.incomes,
      countdowns: [...account.countdowns],
    })),
    spot: [...spot.exchange.accounts.values()].map((account) => ({
      ...savedOrders(account),
      balances: [...account.balances],
      lists: [...account.lists.values()].map(({ orders, ...list }) => ({
        ...list,
        orderIds: orders.map(({ id }) => id),
      })),
    })),
    algos: futures.algos.known(),
  };
  await writeFile(`${file}.new`, JSON.stringify(snapshot, bigintsAsText));
  await rename(`${file}.new`, file);
}

/** @throws if the file is not a snapshot of this version */
export async function restoreSnapshot(file: string, futures: FuturesMarket, spot: SpotMarket): Promise<void> {
  if (!existsSync(file)) return;
  const snapshot = JSON.parse(await readFile(file, 'utf8'), textsAsBigints) as Snapshot;
  if (snapshot.version !== VERSION)
    throw new Error(
      `Snapshot ${file} was written by another version; move the file elsewhere to start with fresh accounts`,
    );
  continueIds(futuresMarkets(futures), snapshot.ids.futures);
  continueIds([...spot.exchange.markets.values()], snapshot.ids.spot);
  for (const saved of snapshot.futures) {
    const account = futures.exchange.accounts.get(saved.account);
    if (account) restoreFutures(account, saved, futures);
  }
  for (const saved of snapshot.spot) {
    const account = spot.exchange.accounts.get(saved.account);
    if (account) restoreSpot(account, saved, spot);
  }
  futures.algos.restore(snapshot.algos.filter(({ symbol }) => futures.exchange.symbols.has(symbol)));
}

function restoreFutures(account: FuturesAccount, saved: SavedFutures, { exchange }: FuturesMarket): void {
  account.wallet = saved.wallet;
  account.dualSide = saved.dualSide;
  account.multiAssets = saved.multiAssets;
  for (const { symbol, ...settings } of saved.settings) Object.assign(account.settings(symbol), settings);
  for (const position of saved.positions)
    Object.assign(account.position(position.symbol, position.side), position);
  for (const income of saved.incomes) account.addIncome(income);
  for (const [symbol, due] of saved.countdowns) account.countdowns.set(symbol, due);
  restoreOrders(account, saved, (symbol) => exchange.symbols.has(symbol));
  exchange.resume(account);
}

function restoreSpot(account: SpotAccount, saved: SavedSpot, { exchange, lists }: SpotMarket): void {
  for (const [asset, balance] of saved.balances) Object.assign(account.balance(asset), balance);
  restoreOrders(account, saved, (symbol) => exchange.markets.has(symbol));
  for (const { orderIds, ...list } of saved.lists) {
    const orders = orderIds.map((id) => account.orders.get(id)).filter((order) => order !== undefined);
    if (orders.length === orderIds.length) lists.restore(account, { ...list, orders });
  }
  exchange.resume(account);
}

const futuresMarkets = ({ exchange }: FuturesMarket): SymbolMarket[] =>
  [...exchange.symbols.values()].map(({ market }) => market);

const savedIds = (markets: readonly SymbolMarket[]): SavedIds[] =>
  markets.map(({ instrument, lastUpdateId, nextTradeId }) => ({
    symbol: instrument.symbol,
    updateId: lastUpdateId,
    tradeId: nextTradeId,
  }));

/** A recording starts again, its ids do not: no client sees a trade's id twice. */
function continueIds(markets: readonly SymbolMarket[], saved: readonly SavedIds[]): void {
  for (const market of markets) {
    const ids = saved.find(({ symbol }) => symbol === market.instrument.symbol);
    if (ids)
      market.startIds(Math.max(market.lastUpdateId, ids.updateId), Math.max(market.nextTradeId, ids.tradeId));
  }
}

const savedOrders = <Kept extends Order>(account: TradingAccount<Kept>): SavedOrders<Kept> => ({
  account: account.id,
  updateTime: account.updateTime,
  orders: [...account.orders.values()],
  trades: account.trades.map(({ order, ...trade }) => ({ ...trade, orderId: order.id })),
});

/** Orders of symbols that are no longer played are left out. */
function restoreOrders<Kept extends Order>(
  account: TradingAccount<Kept>,
  saved: SavedOrders<Kept>,
  plays: (symbol: string) => boolean,
): void {
  account.updateTime = saved.updateTime;
  for (const order of saved.orders) {
    if (!plays(order.symbol)) continue;
    order.resting = false;
    account.add(order);
    account.refile(order);
  }
  for (const { orderId, ...trade } of saved.trades) {
    const order = account.orders.get(orderId);
    if (order) account.addTrade({ ...trade, order });
  }
}

/** A bigint travels as `{"$":"123"}`. */
const bigintsAsText = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { $: String(value) } : value;

function textsAsBigints(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value)) return value;
  return BigInt(value.$ as string);
}
