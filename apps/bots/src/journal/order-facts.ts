/** What an order's event means to its bot: position, sums, which of its orders may still fill, and which steps fall due. */
import {
  BotOrder,
  BotStanding,
  DueStep,
  OrderChanged,
  OrderFilled,
  StepCause,
  StepFact,
  orderReleased,
  orderUpdated,
} from '@elvis/contracts';
import { Decimal, Fill, OrderView, isClosedStatus } from '@elvis/trading';
import { BotWrite } from './bot-journal';
import { hasDue, isLive, withDue } from './changes';
import { positionOf, withFill } from '../figures/bot-figures';
import { FillTerms } from '../figures/holding';
import { roleOf } from '../protection/domain/protection-ids';
import { guardAfter, isProtecting } from '../protection/guard';

/** So many of the newest fills are remembered. */
const FILLS_KEPT = 64;

export interface OrderFact {
  readonly eventId: string;
  readonly eventType: string;
  readonly data: OrderChanged & Partial<Pick<OrderFilled, 'fill'>>;
  readonly atMs: number;
  /** For how long a step of it may open something. */
  readonly decideWithinMs: number;
  /** Of its fill: what is known beside it. */
  readonly terms?: FillTerms;
}

const fillId = ({ market, symbol, tradeId }: Fill): string => `${market}:${symbol}:${tradeId}`;

/** Undefined where the bot knows it already, or it is nothing to it. */
export function factApplied(standing: BotStanding, told: OrderFact): BotWrite | undefined {
  const { order, fill } = told.data;
  const known = standing.orders.find(({ clientOrderId }) => clientOrderId === order.clientOrderId);
  const isNewFill = fill !== undefined && !standing.appliedFills.includes(fillId(fill));
  // What was claimed and never sent is over for the bot, unless its step is still at it.
  const isWithdrawn =
    told.eventType === orderReleased.type &&
    standing.pending?.intents.some((intent) => intent.clientOrderId === order.clientOrderId) !== true;
  const isClosed = isClosedStatus(order.status) || isWithdrawn;
  const isNewEnd = known !== undefined && isClosed && known.endsFilled === undefined;
  // Amended by whoever: what a strategy sees of its orders is what the exchange has.
  const terms = known && told.eventType === orderUpdated.type ? termsOf(known, order) : {};
  const isAmended = Object.entries(terms).some(([name, value]) => known?.[name as 'price'] !== value);
  if (!isNewFill && !isNewEnd && !isAmended) return undefined;

  // The end of an order may be told before its last fill: only with that is it over.
  const filled = new Decimal(known?.filled ?? 0).plus(isNewFill ? fill.quantity : 0).toFixed();
  const endsFilled = isClosed ? order.filledQuantity : known?.endsFilled;
  const isOver = known !== undefined && endsFilled !== undefined && new Decimal(filled).gte(endsFilled);

  const role = roleOf(order.clientOrderId);
  const isStop = role === 'stop' || role === 'trailing';
  const figures = isNewFill ? withFill(standing.figures, fill, { isStop, ...told.terms }) : standing.figures;
  const position = isNewFill ? positionOf(figures) : standing.position;
  const orders = standing.orders.flatMap((each) => {
    if (each !== known) return [each];
    return isOver ? [] : [{ ...each, ...terms, filled, ...(endsFilled !== undefined && { endsFilled }) }];
  });
  const name = known?.name ?? (order.reduceOnly ? 'exit' : 'entry');
  const { clientOrderId, status, code } = order;
  let next: BotStanding = {
    ...standing,
    position,
    figures,
    guard: guardAfter(standing, position, known, { order, isOver }),
    orders,
    appliedFills: isNewFill
      ? [...standing.appliedFills, fillId(fill)].slice(-FILLS_KEPT)
      : standing.appliedFills,
  };
  const steps: DueStep[] = [];
  const add = (
    cause: StepCause,
    causeId: string,
    hook: string,
    fact: Omit<StepFact, 'name' | 'clientOrderId'>,
  ) => {
    if (!standing.hooks.includes(hook) || !isLive(standing)) return;
    const due: DueStep = {
      step: next.lastDueStep + 1,
      cause,
      causeId,
      fact: { name, clientOrderId, ...fact },
      dueAtMs: told.atMs,
      decideByMs: told.atMs + told.decideWithinMs,
    };
    next = withDue(next, due);
    steps.push(due);
  };
  const mayBeBare = (isNewFill || (isOver && role !== undefined)) && isProtecting(next);
  if (mayBeBare && !hasDue(next, 'protection')) {
    const due: DueStep = {
      step: next.lastDueStep + 1,
      cause: 'protection',
      causeId: told.eventId,
      dueAtMs: told.atMs,
      decideByMs: told.atMs,
    };
    next = withDue(next, due);
    steps.push(due);
  }
  if (isNewFill) add('fill', fillId(fill), 'onFill', { fill });
  if (isOver && !isWithdrawn)
    add('order-closed', clientOrderId, 'onOrderClosed', {
      closed: { status, ...(code !== undefined && { code }) },
    });
  const wasLong = !new Decimal(standing.position.quantity).isNegative();
  if (isNewFill && standing.position.entryPrice !== null && position.entryPrice === null)
    add('position-closed', fillId(fill), 'onPositionClosed', {
      position: {
        direction: wasLong ? 'LONG' : 'SHORT',
        net: new Decimal(standing.figures.roundNet).plus(figures.net).minus(standing.figures.net).toFixed(),
        reason: reasonOf(known?.role),
      },
    });
  return {
    change: {
      type: 'FACT',
      run: standing.run,
      atMs: told.atMs,
      eventId: told.eventId,
      eventType: told.eventType,
      clientOrderId,
      status,
      ...(isNewFill && { fill }),
      ...(isNewFill && told.terms?.feePrice && { feePrice: told.terms.feePrice.toFixed() }),
      steps,
    },
    standing: next,
  };
}

/** Of a protection `price` is its trigger, and the exchange's own for its limit is another. */
const termsOf = (
  { clientOrderId }: BotOrder,
  { price, quantity }: OrderView,
): Partial<Pick<BotOrder, 'price' | 'quantity'>> =>
  roleOf(clientOrderId) !== undefined || price === undefined ? {} : { price, quantity };

const REASONS: Readonly<Record<string, string>> = { STOP: 'stop', TARGET: 'target', TRAILING: 'trailing' };
const reasonOf = (role: string | undefined): string => REASONS[role ?? ''] ?? 'exit';
