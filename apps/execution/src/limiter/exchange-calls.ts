/**
 * The one way to the exchange's REST interface: every call goes through here, is timed by the exchange's clock, and
 * comes back either as an answer or as the one thing its caller must know about why there is none.
 */
import {
  Answer,
  BinanceAnswer,
  BinanceRequest,
  BinanceTransport,
  Timing,
  classifyAnswer,
  classifySilence,
} from '@elvis/binance';
import { TradingFailure } from '@elvis/trading';
import { ExchangeClock } from './exchange-clock';

/** The exchange did not do what was asked, or nobody knows; `answer.kind` says which. */
export class NotDone extends Error {
  override readonly name = 'NotDone';

  constructor(readonly answer: Answer) {
    super(`${answer.kind}: ${answer.message}`);
  }
}

export class ExchangeCalls {
  private clock: ExchangeClock | undefined;

  constructor(
    private readonly transport: BinanceTransport,
    private readonly recvWindowMs: number,
  ) {}

  /** The clock asks the exchange through these calls, so it can only be given afterwards. */
  timeBy(clock: ExchangeClock): void {
    this.clock = clock;
  }

  /**
   * Sends the request once and answers the exchange's body, if it did what was asked.
   *
   * @param timing of a request whose timestamp was fixed before its grant; else now
   * @throws NotDone
   * @throws TradingFailure CLOCK_UNCERTAIN a signed request cannot be timed; nothing was sent
   */
  async call(request: BinanceRequest, timing?: Timing): Promise<unknown> {
    const timed = request.security === 'SIGNED' ? (timing ?? this.timingNow()) : undefined;
    let answer: BinanceAnswer;
    try {
      answer = await this.transport.send(request, timed);
    } catch (error) {
      throw new NotDone(classifySilence(error));
    }
    const verdict = classifyAnswer(request.market, answer);
    if (verdict.kind !== 'OK') throw new NotDone(verdict);
    return answer.body;
  }

  private timingNow(): Timing {
    if (!this.clock) throw new TradingFailure('CLOCK_UNCERTAIN', "The exchange's clock is not known yet");
    return { timestampMs: this.clock.now(), recvWindowMs: this.recvWindowMs };
  }
}

/** A read that failed, in the words of the taxonomy: nothing was changed, so it may be asked again. */
export function asFailure(error: unknown): TradingFailure {
  if (error instanceof TradingFailure) return error;
  if (!(error instanceof NotDone)) {
    return new TradingFailure('INTERNAL_FAULT', 'The exchange could not be asked; this is a bug', {
      cause: error,
    });
  }
  const { kind, message, code, wait } = error.answer;
  const details = {
    context: { exchangeCode: code, exchangeMessage: message },
    retryAfterMs: wait?.retryAfterMs ?? 1_000,
  };
  if (kind === 'REFUSED')
    return new TradingFailure('VENUE_REJECTED', `The exchange refused: ${message}`, details);
  if (kind === 'WEIGHT_LIMITED' || kind === 'BANNED' || kind === 'BLOCKED') {
    return new TradingFailure('VENUE_FROZEN', 'The exchange asked for silence; nothing was done', details);
  }
  return new TradingFailure(
    'VENUE_UNREACHABLE',
    `The exchange did not answer (${message}); nothing was changed`,
    details,
  );
}
