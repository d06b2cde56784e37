/** The two records of a step: what was decided, and what became of it. */
import {
  BotOrder,
  BotStanding,
  CommitRecord,
  DueStep,
  IntentAnswer,
  PendingStep,
  StepIntent,
  SubmitOrderList,
} from '@elvis/contracts';
import { MINUTE_MS, ORDER_STATUSES, OrderStatus } from '@elvis/trading';
import { BotWrite } from '../journal/bot-journal';
import { idleAfter } from '../journal/idle-steps';
import { guardAnswered, isRefusal } from '../protection/guard';
import { Plan } from '../runner/plan';

/** From here on the effects are fixed. Orders that may fill are known before they can. */
export function decided(standing: BotStanding, pending: PendingStep, plan: Plan): BotWrite {
  const { due, inputsHash, intents, reasons, decidedAtMs } = pending;
  return {
    change: {
      type: 'INTENTS',
      run: standing.run,
      atMs: decidedAtMs,
      step: due.step,
      due,
      inputs: plan.inputs,
      inputsHash,
      intents,
      reasons,
    },
    standing: {
      ...standing,
      pending,
      orders: [...standing.orders, ...plan.orders],
      guard: plan.guard ?? standing.guard,
      orderedAtMs: [
        ...standing.orderedAtMs.filter((atMs) => atMs > decidedAtMs - MINUTE_MS),
        ...intents.filter(({ opens, action }) => opens && action === 'SUBMIT').map(() => decidedAtMs),
      ],
    },
  };
}

export interface Done {
  readonly due: DueStep;
  readonly inputsHash: string;
  readonly inputs?: Plan['inputs'];
  readonly reasons: readonly string[];
  readonly memory: Plan['memory'];
  readonly answers: readonly IntentAnswer[];
  readonly isLate: boolean;
  readonly failure?: string;
  readonly tookMs: number;
  readonly atMs: number;
}

export function committed(standing: BotStanding, done: Done): BotWrite {
  const { due, inputsHash, inputs, reasons, answers, isLate, failure, tookMs, atMs } = done;
  const idle = idleAfter(
    standing.idle ?? null,
    atMs,
    answers.length > 0 ? undefined : { step: due.step, inputsHash, reasons },
  );
  const change: CommitRecord = {
    type: 'COMMIT',
    run: standing.run,
    atMs,
    step: due.step,
    due,
    inputsHash,
    reasons,
    answers,
    ...(inputs && { inputs }),
    ...(failure !== undefined && { failure }),
    tookMs: Math.round(tookMs),
    lateMs: Math.max(0, atMs - due.dueAtMs),
    isLate,
    ...(idle.idled && { idled: idle.idled }),
  };
  const placed = answers.filter(isPlacing);
  const refused = new Set(
    placed.filter(isRefused).flatMap(({ clientOrderId, n }) => [clientOrderId, ...legsOf(standing, n)]),
  );
  // What was to be canceled and was never an order, such as one that was withdrawn.
  const unknown = new Set(
    answers.filter(({ outcome }) => outcome === 'ORDER_NOT_FOUND').map(({ clientOrderId }) => clientOrderId),
  );
  return {
    change,
    standing: {
      ...standing,
      lastStep: { run: standing.run, step: due.step, cause: due.cause, atMs, reasons },
      lastFailure: failure ?? standing.lastFailure,
      due: standing.due.filter(({ step }) => step !== due.step),
      pending: null,
      idle: idle.idle,
      memory: failure === undefined ? done.memory : standing.memory,
      orders: standing.orders
        .filter(({ clientOrderId }) => !refused.has(clientOrderId) && !unknown.has(clientOrderId))
        .map((order) => ({ ...order, ...amendedTerms(standing, order, answers) })),
      denials: placed.reduce(denialsAfter, standing.denials),
      failures: failure === undefined ? 0 : standing.failures + 1,
      guard: guardAnswered(standing.guard, answers),
      lateSteps: due.cause !== 'candle' ? standing.lateSteps : isLate ? standing.lateSteps + 1 : 0,
    },
  };
}

const isPlacing = ({ action }: Pick<StepIntent, 'action'>): boolean =>
  action === 'SUBMIT' || action === 'SUBMIT_LIST';

/** What an amendment that the exchange took has made of the order. */
function amendedTerms(
  { pending }: BotStanding,
  { clientOrderId }: BotOrder,
  answers: readonly IntentAnswer[],
): Partial<Pick<BotOrder, 'price' | 'quantity'>> {
  const taken = answers.findLast(
    (answer) => answer.action === 'AMEND' && answer.clientOrderId === clientOrderId && !isRefused(answer),
  );
  const intent = taken && pending?.intents.find(({ n }) => n === taken.n);
  const { price, quantity } = (intent?.terms ?? {}) as { price?: string; quantity?: string };
  return { ...(price !== undefined && { price }), ...(quantity !== undefined && { quantity }) };
}

/** Both orders of a list that was refused. */
function legsOf({ pending }: BotStanding, n: number): readonly string[] {
  const intent = pending?.intents.find((each) => each.n === n);
  if (intent?.action !== 'SUBMIT_LIST') return [];
  const { target } = intent.terms as unknown as SubmitOrderList;
  return [intent.clientOrderId, target.clientOrderId];
}

/** Orders refused in a row: one that was taken ends the row, and one that nobody judged, in an outage say, is not counted. */
const denialsAfter = (before: number, { outcome }: IntentAnswer): number =>
  isRefusal(outcome) ? before + 1 : isStatus(outcome) ? 0 : before;

const isStatus = (outcome: string): outcome is OrderStatus =>
  (ORDER_STATUSES as readonly string[]).includes(outcome);

/** By risk, by the exchange, or by the bot's own rules: there is no order that could fill. */
const isRefused = ({ outcome }: IntentAnswer): boolean =>
  !isStatus(outcome) || outcome === 'DENIED' || outcome === 'REJECTED';
