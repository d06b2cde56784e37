/**
 * Orders that cannot be judged because an input of our own is missing or old. That is nobody's fault but ours: nothing
 * is decided, nothing is used up, and anyone who asked may send the same again. Only their number is written down,
 * summed by actor, code and second, so that a thousand tries while a price is unavailable are one line of the record.
 */
import { AmendOrder, OrdersUndecided, SubmitOrder, ordersUndecided } from '@elvis/contracts';
import { Metrics } from '@elvis/platform';
import { Denial, MissingInput, Refusal, TradingFailure, isMissingInput } from '@elvis/trading';
import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { RiskEventPublisher } from '../events/event-publisher';

const SUMMED_MS = 1_000;
/** Each of these inputs is renewed within a second or two where all is well. */
const RETRY_MS = 1_000;

type Asking = Pick<SubmitOrder | AmendOrder, 'actor' | 'clientOrderId'>;

/** An input of our own is missing or old: nothing was decided or used up. */
class UndecidedFailure extends TradingFailure {
  constructor(readonly input: MissingInput) {
    const { code, context } = input;
    super(code, messageOf(input), { context, retryAfterMs: RETRY_MS });
  }
}

/** The refusal, if it is a denial. @throws UndecidedFailure */
export function denialFrom(refusal: Refusal): Denial {
  if (isMissingInput(refusal)) throw new UndecidedFailure(refusal);
  return refusal;
}

@Injectable()
export class Undecided implements OnModuleDestroy {
  private readonly sums = new Map<string, OrdersUndecided>();
  private readonly counter;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly eventPublisher: RiskEventPublisher,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter(
      'elvis_risk_undecided_total',
      'Orders and changes that could not be judged, by the input that was missing or old',
      ['code'],
    );
  }

  /** The refusal of a change, if it is a denial. @throws UndecidedFailure */
  denialFrom(asking: Asking, symbol: string, refusal: Refusal): Denial {
    if (isMissingInput(refusal)) this.countRefusal(asking, symbol, refusal);
    return denialFrom(refusal);
  }

  /** What could not be judged is written down, if that is what this failure says: the order is not one that stands. */
  countIf(failure: unknown, asking: Asking, symbol: string): void {
    if (failure instanceof UndecidedFailure) this.countRefusal(asking, symbol, failure.input);
  }

  async onModuleDestroy(): Promise<void> {
    await this.publishSums();
  }

  private countRefusal(
    { actor, clientOrderId }: Asking,
    symbol: string,
    { code, context }: MissingInput,
  ): void {
    this.counter.inc({ code });
    const secondMs = Math.floor(this.clock.nowMs() / SUMMED_MS) * SUMMED_MS;
    const key = `${secondMs} ${code} ${actor}`;
    const sum = this.sums.get(key);
    const symbols = [...new Set([...(sum?.symbols ?? []), symbol])].sort();
    const count = (sum?.count ?? 0) + 1;
    this.sums.set(key, { actor, code, secondMs, count, symbols, lastClientOrderId: clientOrderId, context });
    this.timer ??= setTimeout(() => void this.publishSums(), secondMs + SUMMED_MS - this.clock.nowMs());
  }

  private async publishSums(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const sums = [...this.sums.values()];
    this.sums.clear();
    await Promise.all(
      sums.map((sum) => this.eventPublisher.publish(ordersUndecided, sum, sum.actor, sum.secondMs)),
    );
  }
}

function messageOf({ code, context }: MissingInput): string {
  const numbers = Object.entries(context).map(([name, value]) => `${name} ${value}`);
  const what = code.toLowerCase().replaceAll('_', ' ');
  return `This request cannot be checked now (${[what, ...numbers].join(', ')}), so nothing was sent and nothing was changed; retry, an order under the same id`;
}
