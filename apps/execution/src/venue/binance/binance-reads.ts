/** Reading from Binance, the same for both markets: failures in the taxonomy's words, trades page by page. */
import { BinanceRequest } from '@elvis/binance';
import { TradingFailure } from '@elvis/trading';
import { CallOptions, ExchangeCalls, NotDone, asFailure } from '../../limiter/calls/exchange-calls';
import { WorkingOrder } from '../venue-orders';

export const ORDER_DOES_NOT_EXIST = -2013;
export const CANCEL_REJECTED = -2011;
export const TRADES_PAGE = 1000;
/** Orders behind unexplained trades that are looked up to tell whose they are. */
const MOST_UNKNOWN_ASKED = 20;

/** How what risk decides by is read: at any load, and not for longer than a reader holds its turn. */
export const REFRESH: CallOptions = { priority: 'P1', withinMs: 4_000, refreshes: 'account' };

/** @throws TradingFailure if the exchange did not answer with what was asked for */
export async function readFrom(
  calls: ExchangeCalls,
  request: BinanceRequest,
  options: CallOptions = {},
): Promise<unknown> {
  try {
    return await calls.call(request, options);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Undefined where the exchange answers with this code; every other failure in the taxonomy's words. */
export async function unlessCode<Result>(
  code: number,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotDone && error.answer.code === code) return undefined;
    if (error instanceof NotDone && error.answer.kind === 'UNKNOWN') {
      const text = 'The exchange gave no conclusive answer about this order; query it again';
      throw new TradingFailure('VENUE_SILENT', text, { cause: error });
    }
    throw asFailure(error);
  }
}

interface NumberedTrade {
  readonly id: number | string;
  readonly orderId: number | string;
}

/** Every trade after this one, or of all time; the exchange hands out pages, each asked for by its first number. */
export async function everyTrade<Trade extends NumberedTrade>(
  after: string | undefined,
  pageFrom: (terms: { readonly limit: number; readonly fromId?: string }) => Promise<readonly Trade[]>,
): Promise<readonly Trade[]> {
  const trades: Trade[] = [];
  let fromId = after === undefined ? undefined : next(after);
  for (;;) {
    const page = await pageFrom({ limit: TRADES_PAGE, ...(fromId !== undefined && { fromId }) });
    trades.push(...page);
    const last = page.at(-1);
    if (!last || page.length < TRADES_PAGE) return trades;
    fromId = next(`${last.id}`);
  }
}

/**
 * Whether one of the orders behind these trades may be ours: by its id, or because the exchange does not show it yet. The
 * newest are asked for first.
 */
export async function isBehind(
  trades: readonly NumberedTrade[],
  clientOrderId: string,
  identify: (orderId: string) => Promise<WorkingOrder | undefined>,
): Promise<boolean> {
  const orderIds = [...new Set(trades.map(({ orderId }) => `${orderId}`))];
  for (const orderId of orderIds.reverse().slice(0, MOST_UNKNOWN_ASKED)) {
    const order = await identify(orderId);
    if (order === undefined || order.clientOrderId === clientOrderId) return true;
  }
  return false;
}

const next = (tradeId: string): string => (BigInt(tradeId) + 1n).toString();
