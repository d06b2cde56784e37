/** How a placement is put to Binance, and what its answer, or the lack of one, proves about it. */
import {
  BinanceRequest,
  FuturesBatchAnswer,
  NOTHING_HAPPENED,
  classifyAnswer,
  futures,
} from '@elvis/binance';
import { OrderContent, isConditional } from '@elvis/trading';
import { NotDone } from '../../limiter/calls/exchange-calls';
import { Placement } from '../order-entry';
import { toAlgoOrder, toFuturesOrder, toReport } from './binance-orders';

export const placingOf = (order: OrderContent): BinanceRequest =>
  isConditional(order.type)
    ? futures.newAlgoOrder(toAlgoOrder(order))
    : futures.newOrder(toFuturesOrder(order));

/** What an error proves about a placement: that it never left, that it was refused, or nothing. */
export function notPlaced(error: unknown): Placement {
  if (!(error instanceof NotDone)) return { kind: 'unknown', reason: (error as Error).message };
  const { kind, code, message } = error.answer;
  if (kind === 'UNREACHABLE') return { kind: 'never-left', reason: message };
  if (NOTHING_HAPPENED.has(kind)) return { kind: 'refused', code: `${code ?? kind}`, reason: message };
  return { kind: 'unknown', reason: message };
}

/** One element of a batch's answer, judged like an answer of its own. */
export function batchPlacement(answer: FuturesBatchAnswer | undefined): Placement {
  if (!answer)
    return { kind: 'unknown', reason: 'the exchange answered the batch without an answer for this order' };
  if (!('code' in answer) || !('msg' in answer)) {
    try {
      return { kind: 'accepted', report: toReport(answer) };
    } catch (error) {
      return { kind: 'unknown', reason: (error as Error).message };
    }
  }
  const verdict = classifyAnswer('futures', { status: 400, headers: {}, body: answer, text: '' });
  return notPlaced(new NotDone(verdict));
}
