/** Cancels one order or all of them. Nothing here needs risk. */
import { CancelAllOrders, CancelAllOrdersReply } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { OrderView, TradingFailure, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { VenueReport } from '../domain/order-evidence';
import { ExecutionConfig } from '../execution.config';
import { OrderQueries } from './order-queries';
import { OrderRecorder } from './recording/order-recorder';
import { VenueOrders, WorkingOrder, cancelOrFind } from '../venue/venue-orders';

/** How many cancels are on the wire at once. */
const PARALLEL_CANCELS = 10;

@Injectable()
export class OrderCanceller {
  constructor(
    private readonly recorder: OrderRecorder,
    private readonly queries: OrderQueries,
    private readonly venue: VenueOrders,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @throws TradingFailure ORDER_NOT_FOUND
   * @throws TradingFailure ORDER_ALREADY_CLOSED with how it ended
   * @throws TradingFailure VENUE_SILENT nobody knows yet; the cancel is sent again until the exchange answers
   */
  async cancel(clientOrderId: string): Promise<OrderView> {
    const view = await this.queries.findOrder(clientOrderId);
    if (isClosedStatus(view.status)) throw alreadyClosed(view);
    const report = await this.cancelAtVenue(view);
    if (!report) {
      throw new TradingFailure(
        'VENUE_SILENT',
        'A cancel was sent, but the exchange does not know the order yet; reconciliation finds out how it stands. Retry in a few seconds',
      );
    }
    const after =
      (await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report }))?.record.view ?? view;
    if (isClosedStatus(after.status) && after.status !== 'CANCELED') throw alreadyClosed(after);
    return after;
  }

  /**
   * Cancels what the exchange itself says is working, conditional orders and a person's own included, so that nothing
   * is left because we did not know of it; a bot's orders one by one.
   */
  async cancelAll({
    symbol,
    botConfigId,
  }: Pick<CancelAllOrders, 'symbol' | 'botConfigId'>): Promise<CancelAllOrdersReply> {
    const canceled: string[] = [];
    const remaining: { clientOrderId: string; symbol: string; reason: string }[] = [];
    for (const market of this.config.markets()) {
      const working = (await this.venue[market].openOrders()).filter(
        (order) => symbol === undefined || order.symbol === symbol,
      );
      for (const batch of inBatches(working, PARALLEL_CANCELS)) {
        await Promise.all(
          batch.map(async (order) => {
            const { clientOrderId } = order;
            try {
              if (botConfigId !== undefined && !(await this.belongsTo(clientOrderId, botConfigId))) return;
              const report = await this.venue[market].cancel({ ...order, market });
              if (report) canceled.push(clientOrderId);
              await this.recordCancel(
                clientOrderId,
                report ?? (await this.venue[market].find({ ...order, market })),
              );
            } catch (error) {
              remaining.push({ clientOrderId, symbol: order.symbol, reason: (error as Error).message });
            }
          }),
        );
      }
    }
    return { canceled, remaining };
  }

  /** The orders of a list end as one: the other one's end is recorded here too, and this one's is the answer. */
  private async cancelList({
    symbol,
    clientOrderId,
    orderListId = '',
  }: OrderView): Promise<VenueReport | undefined> {
    const reports = await this.venue.spot.cancelList(symbol, orderListId);
    for (const [id, report] of reports ?? []) if (id !== clientOrderId) await this.recordCancel(id, report);
    return reports?.get(clientOrderId);
  }

  /** A cancel may be sent again, so one without an answer is; the order says so meanwhile. */
  private async cancelAtVenue(view: OrderView): Promise<VenueReport | undefined> {
    try {
      const ofList = view.orderListId === undefined ? undefined : await this.cancelList(view);
      return ofList ?? (await cancelOrFind(this.venue, view));
    } catch (error) {
      if (error instanceof TradingFailure && error.kind === 'UNKNOWN') {
        await this.recorder.applyEvidence(view.clientOrderId, { kind: 'cancel-unclear' });
      }
      throw error;
    }
  }

  /** The cancel is done on the exchange; a journal that is away must not make it look undone. */
  private async recordCancel(clientOrderId: string, report: VenueReport | undefined): Promise<void> {
    if (!report) return;
    try {
      await this.recorder.applyEvidence(clientOrderId, { kind: 'reported', report });
    } catch (error) {
      this.log.warn(
        { clientOrderId, reason: (error as Error).message },
        'What the exchange reported about an order after a cancel could not be recorded; reconciliation will record it',
      );
    }
  }

  private async belongsTo(
    clientOrderId: WorkingOrder['clientOrderId'],
    botConfigId: string,
  ): Promise<boolean> {
    return (await this.recorder.findEntry(clientOrderId))?.record.order.botConfigId === botConfigId;
  }
}

const alreadyClosed = (view: OrderView): TradingFailure =>
  new TradingFailure('ORDER_ALREADY_CLOSED', `The order is already ${view.status}; it cannot be canceled`, {
    context: { status: view.status, filledQuantity: view.filledQuantity },
  });

function* inBatches<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
