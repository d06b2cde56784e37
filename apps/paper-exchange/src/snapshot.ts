/**
 * Accounts and balances across restarts, on request. Open orders are not kept: a restarted exchange has cancelled them,
 * so what they locked is free again.
 */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { MarginType } from './domain/futures-account';
import { PositionSide } from './domain/order';
import { FuturesVenue } from './futures-venue';
import { SpotVenue } from './spot-venue';

interface Snapshot {
  readonly version: 1;
  readonly futures: readonly {
    readonly id: string;
    readonly wallet: string;
    readonly dualSide: boolean;
    readonly multiAssets: boolean;
    readonly settings: readonly {
      readonly symbol: string;
      readonly leverage: number;
      readonly marginType: MarginType;
    }[];
    readonly positions: readonly {
      readonly symbol: string;
      readonly side: PositionSide;
      readonly amount: number;
      readonly cost: string;
      readonly fees: string;
      readonly realized: string;
      readonly isolatedWallet: string;
      readonly updateTime: number;
    }[];
  }[];
  readonly spot: readonly { readonly id: string; readonly balances: Readonly<Record<string, string>> }[];
}

export async function writeSnapshot(file: string, futures: FuturesVenue, spot: SpotVenue): Promise<void> {
  const { accounts, symbols } = futures.exchange;
  const snapshot: Snapshot = {
    version: 1,
    futures: [...accounts.values()].map((account) => ({
      id: account.id,
      wallet: String(account.wallet),
      dualSide: account.dualSide,
      multiAssets: account.multiAssets,
      settings: [...symbols.keys()].map((symbol) => {
        const { leverage, marginType } = account.settings(symbol);
        return { symbol, leverage, marginType };
      }),
      positions: account.openPositions().map((position) => ({
        symbol: position.symbol,
        side: position.side,
        amount: position.amount,
        cost: String(position.cost),
        fees: String(position.fees),
        realized: String(position.realized),
        isolatedWallet: String(position.isolatedWallet),
        updateTime: position.updateTime,
      })),
    })),
    spot: [...spot.exchange.accounts.values()].map(({ id, balances }) => ({
      id,
      balances: Object.fromEntries(
        [...balances].map(([asset, { free, locked }]) => [asset, String(free + locked)]),
      ),
    })),
  };
  await writeFile(`${file}.new`, JSON.stringify(snapshot));
  await rename(`${file}.new`, file);
}

export async function restoreSnapshot(file: string, futures: FuturesVenue, spot: SpotVenue): Promise<void> {
  if (!existsSync(file)) return;
  const snapshot = JSON.parse(await readFile(file, 'utf8')) as Snapshot;
  if (snapshot.version !== 1) throw new Error(`${file} is no snapshot of this exchange`);
  for (const saved of snapshot.futures) {
    const account = futures.exchange.accounts.get(saved.id);
    if (!account) continue;
    account.wallet = BigInt(saved.wallet);
    account.dualSide = saved.dualSide;
    account.multiAssets = saved.multiAssets;
    for (const { symbol, ...settings } of saved.settings) Object.assign(account.settings(symbol), settings);
    for (const { symbol, side, amount, updateTime, ...amounts } of saved.positions)
      Object.assign(account.position(symbol, side), {
        amount,
        updateTime,
        ...Object.fromEntries(Object.entries(amounts).map(([name, text]) => [name, BigInt(text)])),
      });
  }
  for (const { id, balances } of snapshot.spot)
    for (const [asset, free] of Object.entries(balances))
      Object.assign(spot.exchange.accounts.get(id)?.balance(asset) ?? {}, { free: BigInt(free), locked: 0n });
}
