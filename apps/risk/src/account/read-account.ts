/** Reads the account as it travels; anything in it that is no number makes the whole of it unreadable. */
import { AccountView } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';

export interface HeldPosition {
  /** Signed. */
  readonly quantity: Decimal;
  readonly mark?: Decimal;
  readonly leverage?: number;
}

export interface AccountState {
  /** By asset. */
  readonly balances: ReadonlyMap<string, { readonly equity: Decimal; readonly free: Decimal }>;
  readonly positions: ReadonlyMap<string, HeldPosition>;
  readonly asOfMs: number;
}

const SIGNED = /^-?\d{1,20}(\.\d{1,18})?$/;

function read(text: unknown): Decimal {
  if (typeof text !== 'string' || !SIGNED.test(text)) throw new TypeError('not a decimal');
  return new Decimal(text);
}

export function readAccount(view: AccountView): AccountState | undefined {
  try {
    if (!Number.isFinite(view.asOfMs)) return undefined;
    const unrealized = new Map<string, Decimal>();
    const positions = new Map<string, HeldPosition>();
    for (const { symbol, quantity, markPrice, unrealizedPnl, leverage } of view.positions) {
      if (typeof symbol !== 'string') return undefined;
      const mark = read(markPrice);
      positions.set(symbol, { quantity: read(quantity), ...(mark.gt(0) && { mark }), leverage });
      unrealized.set(symbol, read(unrealizedPnl));
    }
    const balances = new Map<string, { equity: Decimal; free: Decimal }>();
    for (const { asset, wallet, free } of view.balances) {
      if (typeof asset !== 'string') return undefined;
      const ofAsset = [...unrealized].filter(([symbol]) => symbol.endsWith(asset));
      const equity = ofAsset.reduce((sum, [, pnl]) => sum.plus(pnl), read(wallet));
      balances.set(asset, { equity, free: read(free) });
    }
    return { balances, positions, asOfMs: view.asOfMs };
  } catch {
    return undefined;
  }
}
