/**
 * The one way to the exchange's REST interface: every call is priced, waits for its leave, is timed by the exchange's
 * clock, and comes back either as an answer or as the one thing its caller must know about why there is none.
 *
 * Reads, cancels and settings are tried again as configured. A placement or an amendment is sent once, with the leave
 * the send script gave it, and nothing here can repeat it.
 */
import {
  Answer,
  BinanceRequest,
  BinanceTransport,
  CallCost,
  MeterReading,
  NoAnswer,
  Timing,
  classifyAnswer,
  classifySilence,
  costOf,
  isPassing,
  isRepeatable,
  readMeters,
} from '@elvis/binance';
import { Market, TradingFailure } from '@elvis/trading';
import { Priority } from '../domain/ledger';
import { Asker, currentAsker } from './asker';
import { Backoff, withRetries } from './backoff';
import { priorityOf } from '../budget/call-priority';
import { BudgetGrant, PlacementGrant, RequestBudget } from '../budget/request-budget';

/** The exchange did not do what was asked, or it is unknown; `answer.kind` says which. */
export class NotDone extends Error {
  override readonly name = 'NotDone';

  constructor(readonly answer: Answer) {
    super(`${answer.kind}: ${answer.message}`);
  }
}

export interface CallOptions {
  /** By the kind of call, unless its caller knows better. */
  readonly priority?: Priority;
  /** The key of the Binance front that it is for. */
  readonly sharer?: string;
  /** For leave, answer and retries together. */
  readonly withinMs?: number;
  /** Told by the discovery of limits alone. */
  readonly readsLimits?: boolean;
  /** What decisions need passes at any load. */
  readonly refreshes?: 'account' | 'clock';
  /** Leave was given and the request is about to go. */
  readonly onSend?: () => void;
}

/** What the exchange answered: read, and as it wrote it. */
interface Body {
  readonly body: unknown;
  readonly text: string;
}

const DEFAULT_WITHIN_MS = 10_000;

export class ExchangeCalls {
  constructor(
    private readonly transports: ReadonlyMap<Market, BinanceTransport>,
    private readonly budget: RequestBudget,
    /** Exchange time. @throws TradingFailure CLOCK_UNCERTAIN */
    private readonly now: () => number,
    private readonly recvWindowMs: number,
    private readonly backoff: Backoff,
    /** Told of every request that leaves, with what it costs. */
    private readonly onSent: (request: BinanceRequest, cost: CallCost, asker: Asker) => void,
  ) {}

  /**
   * Sends the request when the exchange has room for it, and answers the exchange's body if it did what was asked.
   *
   * @throws NotDone
   * @throws TradingFailure UNAVAILABLE kinds no leave in time, or no clock; nothing was sent
   */
  async call(request: BinanceRequest, options: CallOptions = {}): Promise<unknown> {
    return (await this.answered(request, options)).body;
  }

  /** The same, answering the body as the exchange wrote it. @throws NotDone, TradingFailure UNAVAILABLE kinds */
  async callForText(request: BinanceRequest, options: CallOptions = {}): Promise<string> {
    return (await this.answered(request, options)).text;
  }

  private async answered(
    request: BinanceRequest,
    { priority, sharer, withinMs = DEFAULT_WITHIN_MS, readsLimits, refreshes, onSend }: CallOptions,
  ): Promise<Body> {
    const cost = costOf(request);
    if (cost.orders > 0)
      throw new Error(
        `${request.method} ${request.path} places orders and must be sent with place(), not call(); nothing was sent. This is a bug`,
      );
    const giveUpAt = performance.now() + withinMs;
    return withRetries(
      this.backoff,
      giveUpAt,
      (error) => retryable(request, error),
      async () => {
        const grant = await this.budget.acquire({
          market: request.market,
          cost,
          priority: priority ?? priorityOf(request),
          sharer,
          withinMs: giveUpAt - performance.now(),
          readsLimits,
          refreshes,
        });
        onSend?.();
        return this.sendGranted(request, grant, () => ({
          timestampMs: this.now(),
          recvWindowMs: this.recvWindowMs,
        }));
      },
    );
  }

  /**
   * Sends a placement or an amendment, once.
   *
   * @throws NotDone
   */
  async place(request: BinanceRequest, grant: PlacementGrant): Promise<unknown> {
    return (await this.sendGranted(request, grant, () => grant)).body;
  }

  /** One small request outside the budget, by which an elected replica finds out that a ban is over. */
  async probe(request: BinanceRequest): Promise<Answer> {
    return (await this.sendAndClassify(request, undefined)).answer;
  }

  private async sendGranted(
    request: BinanceRequest,
    grant: BudgetGrant,
    timing: () => Timing,
  ): Promise<Body> {
    let timed: Timing | undefined;
    try {
      timed = request.security === 'SIGNED' ? timing() : undefined;
    } catch (error) {
      this.budget.settleGrant(grant, { landed: false, meters: [] });
      throw error;
    }
    const { answer, meters, ...body } = await this.sendAndClassify(request, timed);
    this.budget.settleGrant(grant, { landed: answer.kind !== 'UNREACHABLE', meters });
    if (answer.kind === 'OK') return body;
    this.budget.obeyFreeze(request.market, answer, meters);
    throw new NotDone(answer);
  }

  private async sendAndClassify(
    request: BinanceRequest,
    timing: Timing | undefined,
  ): Promise<{ readonly answer: Answer; readonly meters: MeterReading[] } & Body> {
    const transport = this.transports.get(request.market);
    if (!transport)
      throw new Error(
        `The ${request.market} market is not configured, so nothing was sent to it; this is a bug`,
      );
    this.onSent(request, costOf(request), currentAsker());
    try {
      const raw = await transport.send(request, timing);
      const { body, text, headers } = raw;
      return { answer: classifyAnswer(request.market, raw), meters: readMeters(headers), body, text };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { answer: classifySilence(error), meters: [], body: undefined, text: '' };
    }
  }
}

/** Whether another try may be made, and how long the exchange wants it to wait. */
function retryable(request: BinanceRequest, error: unknown): { readonly atLeastMs: number } | undefined {
  if (!(error instanceof NotDone) || !isRepeatable(request) || !isPassing(error.answer)) return undefined;
  return { atLeastMs: error.answer.wait?.retryAfterMs ?? 0 };
}

/** A read that failed, or a change that may be repeated, in the words of the taxonomy: it may be asked again. */
export function asFailure(error: unknown): TradingFailure {
  if (error instanceof TradingFailure) return error;
  if (!(error instanceof NotDone)) {
    return new TradingFailure(
      'INTERNAL_FAULT',
      'A request to the exchange failed with an unexpected error, so it is not known whether it took effect. This is a bug: read the order or setting before sending it again, and report the traceId',
      {
        cause: error,
      },
    );
  }
  const { kind, message, code, wait } = error.answer;
  const details = {
    context: { exchangeCode: code, exchangeMessage: message },
    retryAfterMs: wait?.retryAfterMs ?? 1_000,
  };
  if (kind === 'REFUSED')
    return new TradingFailure(
      'VENUE_REJECTED',
      `The exchange refused the request; nothing was changed: ${message}`,
      details,
    );
  if (kind === 'WEIGHT_LIMITED' || kind === 'BANNED' || kind === 'BLOCKED') {
    return new TradingFailure(
      'VENUE_FROZEN',
      'The exchange has rate-limited this IP or account; nothing was done. Retry when the limit ends',
      details,
    );
  }
  return new TradingFailure(
    'VENUE_UNREACHABLE',
    kind === 'UNKNOWN'
      ? `The exchange gave no clear answer (${message}); if the request changes something, it is not known whether it did. Retry`
      : `The exchange cannot be reached (${message}); nothing was changed. Retry`,
    details,
  );
}
