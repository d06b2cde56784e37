/** Carries out one intent. Sending the same one again is safe: risk and execution make one order of one id. */
import {
  BotStanding,
  IntentAnswer,
  OrderView,
  PendingStep,
  StepIntent,
  SubmitOrder,
  SubmitOrderList,
  amendBotOrder,
  botActor,
  cancelOrder,
  findOrder,
  submitBotOrder,
  submitOrderList,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { FailureKind, MAX_CLOCK_ERROR_MS, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ExchangeTime } from '../facts/exchange-time';

const ANSWER_WITHIN_MS = 8_000;
/** Of an order that protects: an answer that was lost is not waited for, asking again is safe. */
const PROTECTED_WITHIN_MS = 1_500;
/** For so long after its step was decided an intent that opens may be sent, however soon its step has to be decided. */
const SEND_WITHIN_MS = 5_000;
/** Beyond the time that risk and execution let pass: two clocks may each be off by as much. */
const MARGIN_MS = 2 * MAX_CLOCK_ERROR_MS;
/** So far apart the clocks of two machines may be; beyond the exchange takes no order of theirs. */
const CLOCKS_APART_MS = 10_000;
/** The same again would be answered the same. */
const FINAL: ReadonlySet<FailureKind> = new Set([
  'INVALID',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'REJECTED',
]);

/** An id that should have been new is known: the numbers of runs went back, or somebody else uses them. */
export class IdRepeated extends Error {
  override readonly name = 'IdRepeated';

  constructor(clientOrderId: string) {
    super(
      `The order id ${clientOrderId} was new for this bot, and an order stands under it already. Run numbers may have gone back, because the bots' journal and its history were lost; nothing more is sent. Look at that order, then acknowledge the fault and start the bot again`,
    );
  }
}

/**
 * Until when an intent that opens may be placed: every copy of its command says so, whoever sends it and whatever held it up.
 * Only later may it be said that none was.
 */
const openUntilMs = ({ due, decidedAtMs }: PendingStep): number =>
  Math.max(due.decideByMs, decidedAtMs + SEND_WITHIN_MS);

interface Sending {
  /** Whether such an order stood under the id before it was decided on. */
  readonly isKnownBefore: (order: OrderView) => boolean;
  readonly timeoutMs: number;
  /** Of what opens: risk places it no later. */
  readonly notAfterMs?: number;
}

@Injectable()
export class IntentSender {
  constructor(
    private readonly bus: Bus,
    private readonly time: ExchangeTime,
  ) {}

  /**
   * @param isFirst nobody can have sent it when it was decided; another worker may have since
   * @throws IdRepeated the order that stands is older than the decision
   * @throws TradingFailure it is not known what became of it, or nothing happened yet: send it again
   */
  async send(
    standing: BotStanding,
    pending: PendingStep,
    intent: StepIntent,
    isFirst: boolean,
  ): Promise<IntentAnswer> {
    try {
      const notAfterMs = intent.opens ? openUntilMs(pending) : undefined;
      if (notAfterMs !== undefined && this.time.nowMs() > notAfterMs + MARGIN_MS)
        return await this.findLate(intent);
      const isKnownBefore = ({ createdAtMs }: OrderView): boolean =>
        isFirst && createdAtMs < pending.decidedAtMs - CLOCKS_APART_MS;
      const timeoutMs = pending.due.cause === 'protection' ? PROTECTED_WITHIN_MS : ANSWER_WITHIN_MS;
      const answer = await this.carryOut(standing, intent, { isKnownBefore, timeoutMs, notAfterMs });
      // Claimed, and not sent yet: it may still be withdrawn, so this step waits until that is known.
      if (answer.outcome === 'PENDING_NEW' && pending.due.cause !== 'protection') throw underWay(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof TradingFailure)) throw error;
      if (isFirst && error.code === 'ORDER_ID_TAKEN') throw new IdRepeated(intent.clientOrderId);
      // What protects is planned anew within a second, by what then stands: it does not wait for this try.
      const isPlannedAgain = pending.due.cause === 'protection' && error.kind === 'UNAVAILABLE';
      if (FINAL.has(error.kind) || isPlannedAgain) return answerOf(intent, error.code, error.message);
      throw error;
    }
  }

  private async carryOut(
    { config }: BotStanding,
    intent: StepIntent,
    { isKnownBefore, timeoutMs, notAfterMs }: Sending,
  ): Promise<IntentAnswer> {
    const { clientOrderId, action, terms } = intent;
    const actor = botActor(config.id);
    const within = { timeoutMs };
    const inTime = notAfterMs === undefined ? {} : { notAfterMs };
    switch (action) {
      case 'CANCEL': {
        const order = await this.bus.request(cancelOrder, { clientOrderId, actor }, within);
        return answerOf(intent, order.status);
      }
      case 'AMEND': {
        const change = { ...terms, ...inTime, clientOrderId, actor, ofBot: config.id };
        const { order } = await this.bus.request(amendBotOrder, change, within);
        return answerOf(intent, order.status);
      }
      case 'SUBMIT': {
        const order = { ...terms, ...inTime, clientOrderId, actor, botConfigId: config.id } as SubmitOrder;
        const { order: view, isRepeat, denial } = await this.bus.request(submitBotOrder, order, within);
        if (isRepeat && isKnownBefore(view)) throw new IdRepeated(clientOrderId);
        const { decisionId } = view;
        if (denial) return { ...answerOf(intent, denial.code), decisionId, isRepeat };
        return { ...answerOf(intent, view.status, view.reason, view.code), decisionId, isRepeat };
      }
      case 'SUBMIT_LIST': {
        const list = { ...terms, actor, botConfigId: config.id } as SubmitOrderList;
        const { orders, isRepeat, denial } = await this.bus.request(submitOrderList, list, within);
        if (isRepeat && orders.some(isKnownBefore)) throw new IdRepeated(clientOrderId);
        const stop = orders.find((order) => order.clientOrderId === clientOrderId) ?? orders[0];
        if (denial) {
          const of = { ...intent, clientOrderId: denial.context.passedBy ?? clientOrderId };
          return { ...answerOf(of, 'DENIED', undefined, denial.code), isRepeat };
        }
        return { ...answerOf(intent, stop?.status ?? 'UNKNOWN', stop?.reason, stop?.code), isRepeat };
      }
    }
  }

  /** What opens and was not sent in its time is not sent any more; that it was not must be certain. */
  private async findLate(intent: StepIntent): Promise<IntentAnswer> {
    // What a change has made of its order is told by the order's own events.
    if (intent.action === 'AMEND') return late(intent);
    try {
      const { status } = await this.bus.request(findOrder, { clientOrderId: intent.clientOrderId });
      return { ...answerOf(intent, status), isRepeat: true };
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'ORDER_NOT_FOUND') throw error;
      return late(intent);
    }
  }
}

const late = (intent: StepIntent): IntentAnswer =>
  answerOf(intent, 'ORDER_TOO_LATE', 'It could not be sent in its time, and opens a position');

const underWay = ({ clientOrderId }: IntentAnswer): TradingFailure =>
  new TradingFailure(
    'SERVICE_SILENT',
    `The order ${clientOrderId} is on its way, and whether it reaches the exchange is not known yet; it is asked again`,
  );

const answerOf = (
  { n, clientOrderId, action, because }: StepIntent,
  outcome: string,
  message?: string,
  code?: string,
): IntentAnswer => ({
  n,
  clientOrderId,
  action,
  because,
  outcome,
  ...(message !== undefined && { message }),
  ...(code !== undefined && { code }),
});
