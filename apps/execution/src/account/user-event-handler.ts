/** Brings each piece of the exchange's news to the order it is about, or records it as a stranger's. */
import { LOG, Log } from '@elvis/platform';
import { Fill, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Evidence, VenueReport } from '../domain/order-evidence';
import { LiveOrders } from '../orders/live-orders';
import { OrderRecorder } from '../orders/order-recorder';
import { ExternalActivity } from './external-activity';
import { OrderUpdate } from '../venue/user-stream';
import { Venue } from '../venue/venue';

const MAX_KNOWN = 20_000;

@Injectable()
export class UserEventHandler {
  /** The exchange's number -> our id: an order that a conditional one became carries another client id. */
  private readonly owners = new Map<string, string>();

  constructor(
    private readonly truth: OrderRecorder,
    private readonly register: LiveOrders,
    private readonly strangers: ExternalActivity,
    private readonly venue: Venue,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Answers whether it was about an order of ours. @throws TradingFailure STORE_UNAVAILABLE nothing is known of it yet */
  async take(news: OrderUpdate): Promise<boolean> {
    const { clientOrderId, report, fill } = news;
    const evidence = fill
      ? ({ kind: 'filled', report, fill } as const)
      : ({ kind: 'reported', report } as const);
    if (await this.bring(clientOrderId, news.market, evidence)) return true;
    const owner = await this.ownerOf(news.market, news.symbol, report.exchangeOrderId);
    if (owner !== undefined && owner !== clientOrderId && (await this.bring(owner, news.market, evidence)))
      return true;
    await this.strangers.order(news);
    if (fill) await this.strangers.fill(news.market, fill);
    return false;
  }

  /** A fill that was read from REST, where the client order id is not told; answers whether it was one of ours, and new. */
  async takeFill(market: Market, fill: Fill): Promise<boolean> {
    const owner = await this.ownerOf(market, fill.symbol, fill.exchangeOrderId);
    const found = owner ? undefined : await this.venue.identify(market, fill.symbol, fill.exchangeOrderId);
    const clientOrderId = owner ?? found?.clientOrderId;
    if (clientOrderId === undefined) {
      await this.strangers.fill(market, fill);
      return false;
    }
    const entry = await this.truth.find(clientOrderId);
    if (entry?.record.appliedTradeIds?.includes(fill.tradeId)) return false;
    const view = entry?.record.view;
    const report = found ?? {
      exchangeOrderId: fill.exchangeOrderId,
      status: view?.status ?? 'NEW',
      filledQuantity: view?.filledQuantity ?? '0',
    };
    const { symbol, side } = fill;
    return this.take({
      market,
      clientOrderId,
      symbol,
      side,
      type: view?.type,
      report,
      fill: { ...fill, clientOrderId },
    });
  }

  private async bring(
    id: string,
    market: Market,
    evidence: Evidence & { report: VenueReport },
  ): Promise<boolean> {
    const entry = await this.truth.apply(id, evidence);
    const isOrder = entry?.record.type === 'INTENT' || entry?.record.type === 'OUTCOME';
    const number = evidence.report.exchangeOrderId;
    if (!isOrder || entry.record.view.exchangeOrderId !== number) return false;
    this.know(market, entry.record.order.symbol, number, id);
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
    const alive = await this.register.alive(100);
    for (const { record } of alive) {
      const number = record.view.exchangeOrderId;
      const { order } = record;
      if (number !== undefined) this.know(order.market, order.symbol, number, order.clientOrderId);
    }
    return this.owners.get(key);
  }

  private know(market: Market, symbol: string, exchangeOrderId: string, clientOrderId: string): void {
    if (this.owners.size >= MAX_KNOWN) {
      this.log.debug('Forgetting whose the exchange numbers are; they are looked up again');
      this.owners.clear();
    }
    this.owners.set(`${market}:${symbol}:${exchangeOrderId}`, clientOrderId);
  }
}
