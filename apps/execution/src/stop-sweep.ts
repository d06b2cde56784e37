/**
 * One sweep of the order book for a stop: read what the exchange itself says is working, conditional orders and a
 * person's own included, cancel each, and say what came of it. What filled before its cancel landed is told as that.
 */
import { FilledOrder, RemainingOrder } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { Decimal, Market, StopScope, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { VenueReport } from './domain/order-evidence';
import { ExecutionConfig } from './execution.config';
import { OrderTruth } from './order-truth';
import { Venue, WorkingOrder } from './venue';

/** How many cancels are on the wire at once. */
const PARALLEL_CANCELS = 20;

export interface Sweep {
  /** How many orders the list had before anything was cancelled; 0 verifies that nothing is left. */
  readonly open: number;
  readonly canceled: readonly string[];
  readonly filled: readonly FilledOrder[];
  readonly remaining: readonly RemainingOrder[];
  /** Conditional orders among the cancelled: what they protected may stand without protection now. */
  readonly conditionals: readonly Pick<WorkingOrder, 'symbol' | 'side'>[];
  readonly frozenUntilMs: number | null;
}

type Listed = WorkingOrder & { readonly market: Market };

@Injectable()
export class StopSweep {
  constructor(
    private readonly venue: Venue,
    private readonly truth: OrderTruth,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Never throws: what could not be read or cancelled stands in `remaining`, with the reason. */
  async sweep(scope: StopScope): Promise<Sweep> {
    let orders: readonly Listed[];
    try {
      orders = await this.list(scope);
    } catch (error) {
      const reason = `the open orders could not be read: ${(error as Error).message}`;
      const symbol = scope.type === 'symbol' ? (scope.value ?? '*') : '*';
      const remaining = [{ clientOrderId: '*', symbol, reason }];
      return { ...NOTHING, open: 1, remaining, frozenUntilMs: frozenUntil(error) };
    }
    let sweep: Sweep = { ...NOTHING, open: orders.length };
    for (let start = 0; start < orders.length; start += PARALLEL_CANCELS) {
      const batch = orders.slice(start, start + PARALLEL_CANCELS);
      for (const outcome of await Promise.all(batch.map((order) => this.cancel(order)))) {
        sweep = merge(sweep, outcome);
      }
    }
    return sweep;
  }

  /** Symbols on which a position stands that one of these conditional orders would have closed. */
  async unprotected(
    conditionals: readonly Pick<WorkingOrder, 'symbol' | 'side'>[],
  ): Promise<readonly string[]> {
    const symbols = [...new Set(conditionals.map(({ symbol }) => symbol))];
    if (symbols.length === 0) return [];
    try {
      const { positions } = await this.venue.account('futures');
      return symbols.filter((symbol) =>
        positions.some(
          (position) =>
            position.symbol === symbol &&
            conditionals.some(
              (order) =>
                order.symbol === symbol && (order.side === 'SELL') === new Decimal(position.quantity).gt(0),
            ),
        ),
      );
    } catch (error) {
      this.log.warn(
        { err: error },
        'The positions could not be read; naming all that lost a conditional order',
      );
      return symbols;
    }
  }

  private async list({ type, value }: StopScope): Promise<readonly Listed[]> {
    const listed: Listed[] = [];
    for (const market of this.config.markets()) {
      const symbol = type === 'symbol' ? value : undefined;
      const working = await this.venue.openOrders(market, symbol);
      listed.push(...working.map((order) => ({ ...order, market })));
    }
    if (type !== 'bot') return listed;
    const owned = await Promise.all(listed.map((order) => this.belongsTo(order, value)));
    return listed.filter((_, place) => owned[place]);
  }

  private async cancel(order: Listed): Promise<Partial<Sweep>> {
    const { clientOrderId, symbol } = order;
    try {
      const canceled = await this.venue.cancel(order);
      const report = canceled ?? (await this.venue.find(order));
      this.record(clientOrderId, report);
      return outcomeOf(order, report);
    } catch (error) {
      const frozenUntilMs = frozenUntil(error);
      const reason =
        frozenUntilMs === null
          ? (error as Error).message
          : `the exchange ordered silence until ${new Date(frozenUntilMs).toISOString()}`;
      return { remaining: [{ clientOrderId, symbol, reason }], frozenUntilMs };
    }
  }

  /** Not waited for: a journal that is away must not hold up the next cancel. */
  private record(clientOrderId: string, report: VenueReport | undefined): void {
    if (!report) return;
    this.truth.apply(clientOrderId, { kind: 'reported', report }).catch((error: Error) => {
      this.log.warn(
        { clientOrderId, reason: error.message },
        'Canceled on the exchange, not recorded yet; the reconciler will',
      );
    });
  }

  private async belongsTo({ clientOrderId }: Listed, botConfigId: string | undefined): Promise<boolean> {
    return (await this.truth.find(clientOrderId))?.record.order.botConfigId === botConfigId;
  }
}

const NOTHING: Sweep = {
  open: 0,
  canceled: [],
  filled: [],
  remaining: [],
  conditionals: [],
  frozenUntilMs: null,
};

function outcomeOf(order: Listed, report: VenueReport | undefined): Partial<Sweep> {
  const { clientOrderId, symbol, side } = order;
  if (!report) return { canceled: [clientOrderId] };
  const { status, filledQuantity } = report;
  const hasFilled = new Decimal(filledQuantity).gt(order.filledQuantity);
  const filled = hasFilled ? [{ clientOrderId, symbol, filledQuantity }] : [];
  if (status === 'NEW' || status === 'PARTIALLY_FILLED') {
    return {
      filled,
      remaining: [{ clientOrderId, symbol, reason: `the exchange still shows it as ${status}` }],
    };
  }
  const isConditional = !['LIMIT', 'MARKET', 'LIMIT_MAKER'].includes(order.type);
  return {
    filled,
    canceled: status === 'CANCELED' ? [clientOrderId] : [],
    conditionals: isConditional && status === 'CANCELED' ? [{ symbol, side }] : [],
  };
}

const merge = (left: Sweep, right: Partial<Sweep>): Sweep => ({
  open: left.open,
  canceled: [...left.canceled, ...(right.canceled ?? [])],
  filled: [...left.filled, ...(right.filled ?? [])],
  remaining: [...left.remaining, ...(right.remaining ?? [])],
  conditionals: [...left.conditionals, ...(right.conditionals ?? [])],
  frozenUntilMs: Math.max(left.frozenUntilMs ?? 0, right.frozenUntilMs ?? 0) || null,
});

/** Exchange silence binds cancels too: the one thing they wait for. */
const frozenUntil = (error: unknown): number | null =>
  error instanceof TradingFailure && error.code === 'VENUE_FROZEN'
    ? Date.now() + (error.retryAfterMs ?? 0)
    : null;
