/** What each source of a chain says, as stages: the step of a bot, a request, a decision, and the events of an order. */
import {
  BotStepView,
  CheckLine,
  EventEnvelope,
  ExplainedStage,
  OrderChanged,
  OrderFilled,
  RequestAudited,
  RiskDecided,
  orderClaimed,
  orderDenied,
  orderFilled,
  orderReleased,
  orderUpdated,
  requestAudited,
} from '@elvis/contracts';
import { explainChecks, readCase } from '@elvis/rules';

export type Stage = Omit<ExplainedStage, 'since'>;

/** An entry of the audit log. */
export interface Entry {
  readonly seq: number;
  readonly hash: string;
  readonly event: EventEnvelope;
}

const NOT_AUDITED = { auditSeq: null, hash: null, traceId: null } as const;
const FACTS_AT_MOST = 60;
const MOST_CHARACTERS = 500;
const placeOf = ({ seq, hash, event }: Entry): Pick<Stage, 'auditSeq' | 'hash' | 'traceId'> => ({
  auditSeq: seq,
  hash,
  traceId: event.traceId,
});

/** Nested names are joined by points; lists stand as JSON. */
function factsOf(value: object, prefix = ''): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    if (field === undefined || field === null) continue;
    const full = `${prefix}${name}`;
    if (typeof field === 'object' && !Array.isArray(field)) Object.assign(facts, factsOf(field, `${full}.`));
    else facts[full] = (typeof field === 'string' ? field : JSON.stringify(field)).slice(0, MOST_CHARACTERS);
  }
  return Object.fromEntries(Object.entries(facts).slice(0, FACTS_AT_MOST));
}

export function stepStages(step: BotStepView, dueAtMs: number, clientOrderId: string | null): Stage[] {
  const { cause, causeId, candle, reasons, inputs, inputsHash, atMs, isLate, lateMs, tookMs } = step;
  const of = { run: `${step.run}`, step: `${step.step}`, cause, causeId, inputsHash };
  const timing = { tookMs: `${tookMs}`, lateMs: `${lateMs}`, isLate: `${isLate}` };
  const facts = { ...of, reasons: reasons.join('; '), ...timing, ...factsOf({ candle, ...inputs }) };
  const first: Stage = {
    kind: 'step',
    title: `step ${step.step} of the bot`,
    atMs: dueAtMs,
    ...NOT_AUDITED,
    facts,
  };
  const intents = step.intents
    .filter((intent) => clientOrderId === null || intent.clientOrderId === clientOrderId)
    .map((intent): Stage => {
      const { action, role, because, terms } = intent;
      const told = factsOf({ clientOrderId: intent.clientOrderId, action, role, because, ...terms });
      return { kind: 'intent', title: because, atMs, ...NOT_AUDITED, facts: told };
    });
  return [first, ...intents];
}

/** A person's wish, as the gateway recorded its request. */
export function requestStage(entry: Entry): Stage {
  const { event } = entry;
  const { method, route, remoteIp, status, receivedAtMs, durationMs } = event.data as RequestAudited;
  const facts = factsOf({ actor: event.actor, method, route, remoteIp, status, durationMs });
  return { kind: 'intent', title: `asked by ${event.actor}`, atMs: receivedAtMs, ...placeOf(entry), facts };
}

export function decisionStages(entry: Entry): Stage[] {
  const decided = entry.event.data as RiskDecided;
  const { decisionId, verdict, denial, inputs, decidedAtMs, actor } = decided;
  const checks = checksOf(decided);
  const decision: Stage = {
    kind: 'decision',
    title: denial ? `denied: ${denial.code}` : 'approved',
    atMs: decidedAtMs,
    ...placeOf(entry),
    facts: { decisionId, verdict, actor, ...factsOf({ denial }), ...inputs },
    ...(checks && { checks }),
  };
  if (verdict === 'DENIED') return [decision];
  const { epoch = '', leverage = '', notional = '', override = 'none' } = inputs;
  return [
    decision,
    {
      kind: 'approval',
      title: `signed under epoch ${epoch}`,
      atMs: decidedAtMs,
      ...placeOf(entry),
      facts: { epoch, leverage, notional, override, decisionId },
    },
  ];
}

/** Judged again on what is recorded; a record from before that was kept has none. */
function checksOf({ order, recorded, decidedAtMs }: RiskDecided): readonly CheckLine[] | undefined {
  if (!recorded) return undefined;
  try {
    return explainChecks(readCase(order, recorded, decidedAtMs));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const JOURNAL_TYPES: ReadonlySet<string> = new Set(
  [orderClaimed, orderUpdated, orderReleased, orderDenied].map(({ type }) => type),
);

export function orderStage(entry: Entry): Stage {
  const { type, data } = entry.event;
  const { order, revision } = data as OrderChanged;
  const { status, filledQuantity, averagePrice, exchangeOrderId, code, reason } = order;
  const told = { status, filledQuantity, averagePrice, exchangeOrderId, code, reason, revision };
  if (type === orderFilled.type) {
    const { fill } = data as OrderFilled;
    const title = `filled ${fill.quantity} at ${fill.price}`;
    return {
      kind: 'fill',
      title,
      atMs: fill.tradedAtMs,
      ...placeOf(entry),
      facts: factsOf({ ...told, ...fill }),
    };
  }
  const kind = JOURNAL_TYPES.has(type) ? 'journal' : 'exchange';
  const title = type.replace('elvis.event.order.', '');
  return { kind, title, atMs: order.updatedAtMs, ...placeOf(entry), facts: factsOf(told) };
}

export const isRequest = ({ event }: Entry): boolean => event.type === requestAudited.type;
export const isDecision = ({ event }: Entry): boolean => event.type.startsWith('elvis.event.risk.');
