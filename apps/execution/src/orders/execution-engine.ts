/**
 * Places approved orders, each once: claim the id, ask the send script, send, write down what came of it.
 *
 * The journal claim is the single use of the approval. The timestamp is fixed before the script is asked and never
 * changes after, so that the exchange itself refuses a request that was held up. Nothing here repeats a placement.
 */
import { CallCost } from '@elvis/binance';
import { PlaceOrder, PlaceOrdersReply } from '@elvis/contracts';
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { OrderContent, OrderView, TradingFailure, isSameOrder } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountCoverage } from '../fleet/account-coverage';
import { Evidence } from '../domain/order-evidence';
import { ExecutionConfig } from '../execution.config';
import { LeverageSetter } from '../leverage/leverage-setter';
import { PlacementGrant } from '../limiter/budget/request-budget';
import { requireAlone, requireApproval, requireList } from './approval-check';
import { intentOf } from './order-intent';
import { OutageOrders } from './outage-orders';
import { OrderRecorder } from './recording/order-recorder';
import { SendPermission, SendGate } from './send-gate';
import { UnsentIntents } from './unsent-intents';
import { OrderEntry, Placement } from '../venue/order-entry';

type Sent = Exclude<Placement, { readonly kind: 'never-left' }>;
type Result = PlaceOrdersReply['results'][number];

/** An order that has its intent in the journal and waits for its leave. */
interface Claimed {
  readonly intent: JournalEntry;
  readonly placing: PlaceOrder;
}

@Injectable()
export class ExecutionEngine {
  private readonly unsent: UnsentIntents;

  constructor(
    private readonly recorder: OrderRecorder,
    private readonly venue: OrderEntry,
    private readonly leverage: LeverageSetter,
    private readonly coverage: AccountCoverage,
    private readonly gate: SendGate,
    private readonly outage: OutageOrders,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.unsent = new UnsentIntents(recorder, log);
  }

  /**
   * @throws TradingFailure APPROVAL_INVALID risk did not sign this; nothing was sent
   * @throws TradingFailure ORDER_ID_TAKEN   the id belongs to an order with other content
   * @throws TradingFailure UNAVAILABLE kinds nothing was sent and the id is free
   */
  async place(placing: PlaceOrder): Promise<OrderView> {
    requireAlone(placing.order);
    const claimed = await this.claimIntent(placing);
    if (!('intent' in claimed)) return claimed;
    const { order } = placing;
    const permission = await this.requestPermission([claimed], order.reduceOnly ?? false);
    if (permission.kind !== 'granted') return this.unsent.withdrawIntent(claimed.intent, permission);
    const placement = await this.venue[order.market].place(order, permission.grant);
    return this.conclude(claimed, permission.grant, placement);
  }

  /** Up to five; plain futures orders leave in one request, others one by one. One answer each, in their order. */
  async placeAll(placings: readonly PlaceOrder[]): Promise<PlaceOrdersReply> {
    const isPlain = placings.every(({ order }) => order.market === 'futures' && isBatchable(order));
    if (!isPlain || placings.length === 1) {
      return { results: await Promise.all(placings.map((placing) => resultOf(this.place(placing)))) };
    }
    const results = new Map<PlaceOrder, Promise<Result>>();
    const claimed: Claimed[] = [];
    await Promise.all(
      placings.map(async (placing) => {
        try {
          const standing = await this.claimIntent(placing);
          if ('intent' in standing) claimed.push(standing);
          else results.set(placing, resultOf(Promise.resolve(standing)));
        } catch (error) {
          results.set(placing, resultOf(failed(error)));
        }
      }),
    );
    for (const [place, view] of (await this.sendTogether(claimed)).entries()) {
      results.set((claimed[place] as Claimed).placing, resultOf(view));
    }
    return { results: await Promise.all(placings.map((placing) => results.get(placing) as Promise<Result>)) };
  }

  /**
   * The stop and the target of one list: both are claimed, leave in one request and are concluded, or neither is sent. Where
   * one of them stands already nothing is sent, and what stands is the answer: of a list that a crash broke off between its
   * two claims that is the stop alone.
   *
   * @throws TradingFailure APPROVAL_INVALID, ORDER_ID_TAKEN, UNAVAILABLE kinds as `place`: nothing was sent
   */
  async placeList(stop: PlaceOrder, target: PlaceOrder): Promise<{ readonly orders: readonly OrderView[] }> {
    requireList(stop.order, target.order);
    requireApproval(target, this.config.APPROVAL_KEY, this.log);
    const first = await this.claimIntent(stop);
    if (!('intent' in first)) return { orders: [first, ...(await this.standingLeg(target))] };
    const second = await this.claimOrRelease(target, first);
    const claimed = [first, second] as const;
    const permission = await this.requestPermission(claimed, true, this.venue.spot.costOfPlacingList());
    if (permission.kind !== 'granted')
      return { orders: await allOf(claimed, ({ intent }) => this.unsent.withdrawIntent(intent, permission)) };
    const placements = await this.venue.spot.placeList([stop.order, target.order], permission.grant);
    return {
      orders: await allOf(claimed, (each, place) =>
        this.conclude(each, permission.grant, placements[place] as Placement),
      ),
    };
  }

  /** A list of which only the stop could be claimed is not sent: the stop's id is free again. */
  private async claimOrRelease(target: PlaceOrder, { intent }: Claimed): Promise<Claimed> {
    let failure: unknown;
    try {
      const claimed = await this.claimIntent(target);
      if ('intent' in claimed) return claimed;
      failure = otherLegStands();
    } catch (error) {
      failure = error;
    }
    await this.unsent.releaseIntent(intent, asUnsent(failure));
    throw asUnsent(failure);
  }

  private async standingLeg({ order }: PlaceOrder): Promise<readonly OrderView[]> {
    const entry = await this.recorder.findEntry(order.clientOrderId);
    return entry && !['RELEASED', 'VOID'].includes(entry.record.type) ? [entry.record.view] : [];
  }

  private async sendTogether(claimed: readonly Claimed[]): Promise<Promise<OrderView>[]> {
    if (claimed.length === 0) return [];
    const permission = await this.requestPermission(claimed, false);
    if (permission.kind !== 'granted') {
      return claimed.map(({ intent }, place) =>
        permission.kind === 'halted' && permission.place !== place
          ? this.unsent.withdrawIntent(intent, { kind: 'refused', failure: otherWasHalted() })
          : this.unsent.withdrawIntent(intent, permission),
      );
    }
    const orders = claimed.map(({ placing }) => placing.order);
    const placements = await this.venue.futures.placeBatch(orders, permission.grant);
    return claimed.map((each, place) =>
      this.conclude(
        each,
        permission.grant,
        placements[place] ?? {
          kind: 'unknown',
          reason: 'the exchange answered the batch without an answer for this order',
        },
      ),
    );
  }

  /** The intent in the journal, or the order that stands under this id already. */
  private async claimIntent(placing: PlaceOrder): Promise<Claimed | OrderView> {
    const { order, approval } = placing;
    requireApproval(placing, this.config.APPROVAL_KEY, this.log);
    if (!order.reduceOnly && approval.purpose !== 'flatten') await this.coverage.required(order.market);
    if (approval.leverage !== undefined && order.market === 'futures') {
      await this.leverage.ensure(order.symbol, approval.leverage);
    }
    const intent = intentOf(placing, this.config.BINANCE_RECV_WINDOW_MS);
    const { entry, isOurs } = await this.recorder.claimId(intent);
    return isOurs ? { intent: entry, placing } : this.standingOrder(entry, order);
  }

  private async requestPermission(
    claimed: readonly Claimed[],
    isReducing: boolean,
    cost?: CallCost,
  ): Promise<SendPermission> {
    const orders = claimed.map(({ placing }) => placing.order);
    const { market, origin } = orders[0] as OrderContent;
    try {
      return await this.gate.requestPermission({
        market,
        cost: cost ?? this.venue[market].costOfPlacing(orders),
        priority: isReducing ? 'P1' : 'P2',
        sharer: origin?.keyId,
        orders: claimed.map(({ placing: { order, approval } }) => ({
          clientOrderId: order.clientOrderId,
          approvalId: approval.approvalId,
          epoch: approval.epoch,
          purpose: approval.purpose,
          sendByMs: approval.sendByMs,
          isClaim: true,
        })),
      });
    } catch (error) {
      return { kind: 'refused', failure: asUnsent(error) };
    }
  }

  private async conclude(
    { intent, placing }: Claimed,
    grant: PlacementGrant,
    placement: Placement,
  ): Promise<OrderView> {
    this.gate.closeGrant(placing.approval.approvalId, grant, placement);
    if (grant.isOutageShare) this.outage.addSent(placing.order.clientOrderId);
    if (placement.kind !== 'never-left') return this.recordSent(intent, placement);
    const away = 'The exchange is unreachable; nothing was sent. Retry';
    const failure = new TradingFailure('VENUE_UNREACHABLE', away, { retryAfterMs: 1_000 });
    return this.unsent.releaseIntent(intent, failure);
  }

  /** From here on it was sent: whatever fails now, the answer is never that nothing happened. */
  private async recordSent(intent: JournalEntry, placement: Sent): Promise<OrderView> {
    const { clientOrderId } = intent.record.order;
    if (placement.kind === 'unknown') {
      this.log.warn(
        { clientOrderId, reason: placement.reason },
        'The exchange gave no conclusive answer to an order; it is queried until its state is known',
      );
    }
    try {
      const entry = await this.recorder.applyUntilStored(clientOrderId, evidenceOf(placement));
      return (entry ?? intent).record.view;
    } catch (error) {
      this.log.error(
        { clientOrderId, reason: (error as Error).message },
        'The answer of the exchange to an order could not be recorded; reconciliation queries the order and records it',
      );
      return { ...intent.record.view, status: 'UNKNOWN' };
    }
  }

  /** The same order again is answered with what stands; another one under the same id is a conflict. */
  private standingOrder({ record }: JournalEntry, order: OrderContent): OrderView {
    if (record.type === 'RELEASED' || record.type === 'VOID') {
      throw new TradingFailure(
        'SEND_TOO_LATE',
        'The order was withdrawn before it could be sent; nothing was sent. Resubmit it under the same id',
      );
    }
    if (isSameOrder(record.order, order)) return record.view;
    throw new TradingFailure(
      'ORDER_ID_TAKEN',
      'This client order id is already used by an order with other content; nothing was sent. Use another id',
    );
  }
}

/** What the batch endpoint takes; conditional orders go to another service one by one. */
const isBatchable = ({ type }: OrderContent): boolean => type === 'LIMIT' || type === 'MARKET';

const otherLegStands = (): TradingFailure =>
  new TradingFailure(
    'ORDER_ID_TAKEN',
    'The client order id of the target of this list belongs to another order; nothing was sent. Use new ids',
  );

/** All of them, also where one fails; then its failure. */
async function allOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item, place: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

const otherWasHalted = (): TradingFailure =>
  new TradingFailure(
    'EPOCH_CHANGED',
    'The trading state changed before the batch was sent; this order was not sent. Resubmit',
    {
      retryAfterMs: 500,
    },
  );

const asUnsent = (error: unknown): TradingFailure =>
  error instanceof TradingFailure
    ? error
    : new TradingFailure(
        'STORE_UNAVAILABLE',
        'Permission to send could not be obtained from Redis; the order was not sent. Retry',
        {
          cause: error,
          retryAfterMs: 1_000,
        },
      );

async function resultOf(placed: Promise<OrderView>): Promise<Result> {
  try {
    return { order: await placed };
  } catch (error) {
    if (!(error instanceof TradingFailure)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}

function evidenceOf(placement: Sent): Evidence {
  switch (placement.kind) {
    case 'accepted':
      return { kind: 'reported', report: placement.report };
    case 'refused':
      return { ...placement, kind: 'refused' };
    case 'unknown':
      return { kind: 'no-answer', reason: placement.reason };
  }
}

const failed = async (error: unknown): Promise<never> => {
  await Promise.resolve();
  throw error;
};
