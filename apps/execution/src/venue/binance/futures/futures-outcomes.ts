/**
 * The outcome of many orders of one symbol, for the fewest calls: the exchange's own list from the oldest of them on
 * while a page explains enough to be worth its weight, and one question each for what is left.
 */
import { VenueReport } from '../../../domain/order-evidence';
import { isAlgoNumber } from '../../../domain/order-change';
import { WorkingOrder } from '../../venue-orders';

export interface OutcomeCalls {
  /** A page of orders, open and closed, oldest first, from this number on. */
  readonly plain: (from: string) => Promise<readonly WorkingOrder[]>;
  readonly conditional: (from: string) => Promise<readonly WorkingOrder[]>;
  readonly single: (order: WorkingOrder) => Promise<VenueReport | undefined>;
}

/** A page weighs as much as five single questions. */
const WORTH_A_PAGE = 5;
const ASKED_AT_ONCE = 20;

/** @throws TradingFailure */
export async function outcomesOf(
  orders: readonly WorkingOrder[],
  calls: OutcomeCalls,
): Promise<ReadonlyMap<string, VenueReport>> {
  const found = new Map<string, VenueReport>();
  const waiting = orders.filter(({ exchangeOrderId }) => isAlgoNumber(exchangeOrderId));
  const others = orders.filter(({ exchangeOrderId }) => !isAlgoNumber(exchangeOrderId));
  const left = [
    ...(await readPages(others, calls.plain, found)),
    ...(await readPages(waiting, calls.conditional, found)),
  ];
  for (let start = 0; start < left.length; start += ASKED_AT_ONCE) {
    await Promise.all(
      left.slice(start, start + ASKED_AT_ONCE).map(async (order) => {
        const report = await calls.single(order);
        if (report) found.set(order.clientOrderId, report);
      }),
    );
  }
  return found;
}

/** Notes what the pages tell, and answers the orders that they do not. */
async function readPages(
  orders: readonly WorkingOrder[],
  readPage: (from: string) => Promise<readonly WorkingOrder[]>,
  found: Map<string, VenueReport>,
): Promise<readonly WorkingOrder[]> {
  let left = [...orders].sort((one, other) => (numberOf(one) < numberOf(other) ? -1 : 1));
  while (left.length >= WORTH_A_PAGE) {
    const page = await readPage(`${numberOf(left[0] as WorkingOrder)}`);
    const told = new Map(page.map((report) => [report.exchangeOrderId, report]));
    const before = left.length;
    left = left.filter(({ exchangeOrderId, clientOrderId }) => {
      const report = told.get(exchangeOrderId);
      if (report) found.set(clientOrderId, report);
      return !report;
    });
    if (before - left.length < WORTH_A_PAGE) break;
  }
  return left;
}

const numberOf = ({ exchangeOrderId }: WorkingOrder): bigint => BigInt(exchangeOrderId.replace(/^algo:/, ''));
