/** Brings each piece of the exchange's news to the order it is about, or records it as a stranger's. */
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { Fill, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Evidence, VenueReport } from '../domain/order-evidence';
import { LiveOrders } from '../orders/live-orders';
import { OrderRecorder } from '../orders/recording/order-recorder';
import { ExternalActivity } from './external-activity';
import { OrderUpdate } from '../venue/user-stream';
import { VenueOrders } from '../venue/venue-orders';

const MAX_KNOWN = 20_000;

@Injectable()
export class UserEventHandler {
  /** The exchange's number -> our id: an order that a conditional one became carries another client id. */
  private readonly owners = new Map<string, string>();

  constructor(
    private readonly recorder: OrderRecorder,
    private readonly liveOrders: LiveOrders,
    private readonly external: ExternalActivity,
    private readonly venue: VenueOrders,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Answers whether it was about an order of ours. @throws TradingFailure STORE_UNAVAILABLE nothing is known of it yet */
  async applyUpdate(update: OrderUpdate): Promise<boolean> {
    const { clientOrderId, report, fill } = update;
    const evidence = fill
      ? ({ kind: 'filled', report, fill } as const)
      : ({ kind: 'reported', report } as const);
    if (await this.applyToOrder(clientOrderId, update.market, evidence)) return true;
    const owner = await this.ownerOf(update.market, update.symbol, report.exchangeOrderId);
    if (
      owner !== undefined &&
      owner !== clientOrderId &&
      (await this.applyToOrder(owner, update.market, evidence))
    )
      return true;
    await this.external.recordOrder(update);
    if (fill) await this.external.recordFill(update.market, fill);
    return false;
  }

  /** A fill that was read from REST, where the client order id is not told; answers whether it was one of ours, and new. */
  async applyFill(market: Market, fill: Fill): Promise<boolean> {
    const owner = await this.ownerOf(market, fill.symbol, fill.exchangeOrderId);
    const found = owner ? undefined : await this.venue[market].identify(fill.symbol, fill.exchangeOrderId);
    const clientOrderId = owner ?? found?.clientOrderId;
    if (clientOrderId === undefined) {
      await this.external.recordFill(market, fill);
      return false;
    }
    const hasApplied = (entry: JournalEntry | undefined): boolean =>
      entry?.record.appliedTradeIds?.includes(fill.tradeId) ?? false;
    // What was applied stays so, whatever was written since.
    if (hasApplied(this.recorder.recall(clientOrderId))) return false;
    const entry = await this.recorder.findEntry(clientOrderId);
    if (hasApplied(entry)) return false;
    const view = entry?.record.view;
    const report = found ?? {
      exchangeOrderId: fill.exchangeOrderId,
      status: view?.status ?? 'NEW',
      filledQuantity: view?.filledQuantity ?? '0',
    };
    const { symbol, side } = fill;
    return this.applyUpdate({
      market,
      clientOrderId,
      symbol,
      side,
      type: view?.type,
      report,
      fill: { ...fill, clientOrderId },
    });
  }

  private async applyToOrder(
    id: string,
    market: Market,
    evidence: Evidence & { report: VenueReport },
  ): Promise<boolean> {
    const entry = await this.recorder.applyEvidence(id, evidence);
    const isOrder = entry?.record.type === 'INTENT' || entry?.record.type === 'OUTCOME';
    const number = evidence.report.exchangeOrderId;
    if (!isOrder || entry.record.view.exchangeOrderId !== number) return false;
    this.rememberOwner(market, entry.record.order.symbol, number, id);
    return true;
  }

  private async ownerOf(
    market: Market,
    symbol: string,
    exchangeOrderId: string,
  ): Promise<string | undefined> {
    const key = `${market}:${symbol}:${exchangeOrderId}`;
    const known = this.owners.get(key);
    if (known !== undefined) return known;
    const alive = await this.liveOrders.listLive(100);
    for (const { record } of alive) {
      const number = record.view.exchangeOrderId;
      const { order } = record;
      if (number !== undefined) this.rememberOwner(order.market, order.symbol, number, order.clientOrderId);
    }
    return this.owners.get(key);
  }

  private rememberOwner(
    market: Market,
    symbol: string,
    exchangeOrderId: string,
    clientOrderId: string,
  ): void {
    if (this.owners.size >= MAX_KNOWN) {
      this.log.debug('The cache of exchange order ids was full and was emptied; ids are looked up again');
      this.owners.clear();
    }
    this.owners.set(`${market}:${symbol}:${exchangeOrderId}`, clientOrderId);
  }
}
