/** Reads the account as it travels; anything in it that is no number makes the whole of it unreadable. */
import { AccountModes, AccountView } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';

interface HeldPosition {
  /** Signed. */
  readonly quantity: Decimal;
  readonly mark?: Decimal;
  readonly leverage?: number;
}

interface HeldBalance {
  readonly wallet: Decimal;
  /** With what open positions have won or lost. */
  readonly equity: Decimal;
  readonly free: Decimal;
}

export interface AccountState {
  /** By asset. */
  readonly balances: ReadonlyMap<string, HeldBalance>;
  readonly positions: ReadonlyMap<string, HeldPosition>;
  readonly asOfMs: number;
  /** How old that was when execution said it. */
  readonly ageMs?: number;
  /** Absent where the exchange has no word for them. */
  readonly modes?: AccountModes;
}

const SIGNED = /^-?\d{1,20}(\.\d{1,18})?$/;

function read(text: unknown): Decimal {
  if (typeof text !== 'string' || !SIGNED.test(text))
    throw new TypeError(
      'The account that execution sent cannot be used: one of its amounts is not a decimal',
    );
  return new Decimal(text);
}

/** @throws where it is told and is no age */
function ageOf({ ageMs }: AccountView): number | undefined {
  if (ageMs === undefined || (Number.isFinite(ageMs) && ageMs >= 0)) return ageMs;
  throw new TypeError(
    'The account that execution sent cannot be used: its age is not a number of milliseconds',
  );
}

/** @param quoteAssetOf what a symbol's profit is counted in; undefined where the exchange's list does not say */
export function readAccount(
  view: AccountView,
  quoteAssetOf: (symbol: string) => string | undefined,
): AccountState | undefined {
  try {
    if (!Number.isFinite(view.asOfMs)) return undefined;
    const unrealized = new Map<string, Decimal>();
    const positions = new Map<string, HeldPosition>();
    for (const { symbol, quantity, markPrice, unrealizedPnl, leverage } of view.positions) {
      if (typeof symbol !== 'string') return undefined;
      const mark = read(markPrice);
      // In hedge mode a symbol has two of them.
      const held = positions.get(symbol)?.quantity ?? ZERO;
      positions.set(symbol, { quantity: held.plus(read(quantity)), ...(mark.gt(0) && { mark }), leverage });
      unrealized.set(symbol, (unrealized.get(symbol) ?? ZERO).plus(read(unrealizedPnl)));
    }
    const balances = new Map<string, HeldBalance>();
    for (const { asset, wallet: text, free } of view.balances) {
      if (typeof asset !== 'string') return undefined;
      const wallet = read(text);
      const ofAsset = [...unrealized].filter(([symbol, pnl]) => counts(pnl, quoteAssetOf(symbol), asset));
      const equity = ofAsset.reduce((sum, [, pnl]) => sum.plus(pnl), wallet);
      balances.set(asset, { wallet, equity, free: read(free) });
    }
    return { balances, positions, asOfMs: view.asOfMs, ageMs: ageOf(view), modes: view.modes };
  } catch {
    return undefined;
  }
}

/** A loss in an asset that is not known may be a loss in any of them; a profit is one in none. */
const counts = (pnl: Decimal, quoteAsset: string | undefined, asset: string): boolean =>
  quoteAsset === undefined ? pnl.lt(0) : quoteAsset === asset;
