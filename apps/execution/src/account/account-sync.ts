/**
 * Fetches what happened while nobody listened: working orders (conditional ones too), the fate of those that are not
 * working any more, fills since the last known trade, positions. When it returns, nothing behind the gap is missing.
 */
import { accountSynced } from '@elvis/contracts';
import { EventLog, JournalEntry, LOG, Log } from '@elvis/platform';
import { Market, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { FillsToFetch } from './fills-to-fetch';
import { UserEventHandler } from './user-event-handler';
import { AccountReader } from '../facts/account-reader';
import { Disputes, UNKNOWN_TO_EXCHANGE } from '../orders/reconciliation/disputes';
import { isOtherOrder } from '../domain/order-change';
import { hasAllFills, isSettled, isUnclear } from '../domain/order-lifecycle';
import { ExecutionConfig } from '../execution.config';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { askedBy } from '../limiter/calls/asker';
import { LiveOrders } from '../orders/live-orders';
import { OrderRecorder } from '../orders/recording/order-recorder';
import { SpotHoldings } from './spot-holdings';
import { TradeCursor } from '../ledgers/trade-cursor';
import { OrderUpdate } from '../venue/user-stream';
import { VenueOrders, WorkingOrder } from '../venue/venue-orders';

/** Of futures each costs 2 and all 80 of the weight, of spot 6 and 80. */
const MOST_ONE_BY_ONE: Readonly<Record<Market, number>> = { futures: 40, spot: 13 };

/** A moment's list will do to tell what has changed since. */
const BEFORE_MS = 500;

export interface Synced {
  /** Orders and fills that only this look brought. */
  readonly orders: number;
  readonly fills: number;
}

@Injectable()
export class AccountSync {
  constructor(
    private readonly recorder: OrderRecorder,
    private readonly liveOrders: LiveOrders,
    private readonly exposure: ExposureLedger,
    private readonly userEvents: UserEventHandler,
    private readonly venue: VenueOrders,
    private readonly reader: AccountReader,
    private readonly cursor: TradeCursor,
    private readonly toFetch: FillsToFetch,
    private readonly disputes: Disputes,
    private readonly holdings: SpotHoldings,
    private readonly events: EventLog,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws TradingFailure the exchange or a store could not be asked; nothing counts as fetched */
  synchronize(reason: string, market: Market = 'futures'): Promise<Synced> {
    return askedBy('account', () => this.fetchAll(reason, market));
  }

  private async fetchAll(reason: string, market: Market): Promise<Synced> {
    const startedAt = performance.now();
    const isLost = market === 'futures' && !(await this.exposure.isBuilt());
    if (isLost) await this.restoreReservations();
    const orders = await this.syncOrders(market);
    const fills = await this.syncFills(market);
    if (isLost) await this.takeOverPositions();
    if (market === 'spot') await this.holdings.startHoldings(await this.reader.readFromExchange('spot'));
    const tookMs = Math.round(performance.now() - startedAt);
    this.log.info(
      { market, reason, orders, fills, tookMs },
      'The account is synchronized; events missed while it was not followed were fetched',
    );
    await this.events.publish(accountSynced, { reason, orders, fills, tookMs });
    return { orders, fills };
  }

  /**
   * How each order stands that works here or there, of these symbols or of all; answers how many stood differently. All
   * at once are cheaper than many one by one. With symbols it is a look between two gaps: orders that wait for an answer
   * are the reconciler's then.
   */
  async syncOrders(market: Market, symbols?: readonly string[]): Promise<number> {
    if (symbols === undefined) return this.ordersOf(market);
    if (symbols.length > MOST_ONE_BY_ONE[market]) return this.ordersOf(market, { isLook: true });
    let changed = 0;
    for (const symbol of symbols) changed += await this.ordersOf(market, { symbol, isLook: true });
    return changed;
  }

  private async ordersOf(
    market: Market,
    { symbol, isLook = false }: { readonly symbol?: string; readonly isLook?: boolean } = {},
  ): Promise<number> {
    const before = new Map(
      (await this.liveOrders.listLive(BEFORE_MS)).map((entry) => [
        entry.record.order.clientOrderId,
        entry.sequence,
      ]),
    );
    const working = await this.venue[market].openOrders(symbol);
    const alive = (await this.liveOrders.listLive()).filter(
      ({ record }) =>
        record.order.market === market && (symbol === undefined || record.order.symbol === symbol),
    );
    const known = new Map(alive.map((entry) => [entry.record.order.clientOrderId, entry]));
    // The exchange gives an id again once its order is closed there.
    const isOurs = (order: WorkingOrder): boolean => {
      const entry = known.get(order.clientOrderId);
      return entry !== undefined && !isOtherOrder(entry.record.view, order);
    };
    const listed = new Set(working.filter(isOurs).map(({ clientOrderId }) => clientOrderId));
    // A number is a symbol's own on spot.
    const numbers = new Set(working.map((order) => `${order.symbol}:${order.exchangeOrderId}`));
    let changed = 0;
    await inBatches(working, async (order) => {
      const entry = isOurs(order) ? known.get(order.clientOrderId) : undefined;
      if (!entry) return this.applyUnlisted({ ...order, market, report: order });
      const after = await this.recorder.applyEvidence(order.clientOrderId, {
        kind: 'reported',
        report: order,
      });
      if (after?.sequence !== entry.sequence) changed += 1;
    });
    await inBatches(alive, async (entry) => {
      const { view, type } = entry.record;
      if (type !== 'INTENT' && type !== 'OUTCOME') return;
      const isListed =
        listed.has(view.clientOrderId) || numbers.has(`${view.symbol}:${view.exchangeOrderId ?? ''}`);
      if (isListed || isClosedStatus(view.status)) return;
      // What was placed or canceled since the list was asked for is not in it; if nobody learns of it, the next look does.
      if (before.get(view.clientOrderId) !== entry.sequence) return;
      if (isLook && isUnclear(entry.record)) return;
      const report = await this.venue[view.market].find(view);
      if (!report) {
        if (!isUnclear(entry.record)) this.disputes.raise(view.clientOrderId, UNKNOWN_TO_EXCHANGE);
        return;
      }
      const after = await this.recorder.applyEvidence(view.clientOrderId, { kind: 'reported', report });
      if (after && after.sequence !== entry.sequence) changed += 1;
    });
    return changed;
  }

  /** It works there and holds no reservation here: a stranger's, or one of ours that Redis lost. */
  private async applyUnlisted(update: OrderUpdate): Promise<void> {
    if (!(await this.userEvents.applyUpdate(update))) return;
    const found = await this.recorder.findEntry(update.clientOrderId);
    if (found && !isSettled(found.record)) await this.exposure.restoreReservation(found.record);
  }

  /** Every fill since the last known trade, and those that live orders still lack; answers how many were new. */
  async syncFills(market: Market, symbols?: readonly string[]): Promise<number> {
    let fresh = await this.fillsOfLive(market);
    if (symbols) fresh += await this.fillsOfSymbols(market, symbols, undefined);
    else {
      const chosen = await this.toFetch.choose(market, await this.tradedSymbols(market));
      fresh += await this.fillsOfSymbols(market, chosen.symbols, chosen.sinceMs);
      await chosen.done();
    }
    await this.moveFills(market);
    return fresh;
  }

  /** @param sinceMs from when on a fill is new of a symbol of which no trade is known; undefined: none is */
  private async fillsOfSymbols(
    market: Market,
    symbols: readonly string[],
    sinceMs = Infinity,
  ): Promise<number> {
    let fresh = 0;
    for (const symbol of symbols) {
      const last = await this.cursor.readLastTrade(market, symbol);
      const fills = await this.venue[market].fillsSince(symbol, last);
      for (const fill of fills) {
        // With no trade known there is no gap to speak of: what is ours is fetched order by order.
        if (last === undefined && fill.tradedAtMs < sinceMs) continue;
        if (await this.userEvents.applyFill(market, fill)) fresh += 1;
      }
      const newest = fills.at(-1);
      if (newest) await this.cursor.writeLastTrade(market, symbol, newest.tradeId);
      else if (last === undefined) await this.cursor.writeLastTrade(market, symbol, '0');
    }
    return fresh;
  }

  /** A writer that died after the journal had a fill left it out of the position, which would seem to differ. */
  private async moveFills(market: Market): Promise<void> {
    const alive = (await this.liveOrders.listLive()).filter(({ record }) => record.order.market === market);
    await inBatches(alive, async (entry) => {
      if (
        entry.record.type !== 'OUTCOME' ||
        !(await this.exposure.lagsBehind(entry.record).catch(() => false))
      )
        return;
      await this.recorder.catchUp(entry);
    });
  }

  /** Those that live orders still lack; answers how many were new. */
  async fillsOfLive(market: Market): Promise<number> {
    let fresh = 0;
    for (const { record } of await this.listLiveOrders(market)) {
      if (record.type !== 'OUTCOME' || hasAllFills(record)) continue;
      for (const fill of await this.venue[record.view.market].fillsOf(record.view)) {
        if (await this.userEvents.applyFill(market, fill)) fresh += 1;
      }
    }
    return fresh;
  }

  /** The symbols that are traded, and those of live orders. */
  async tradedSymbols(market: Market): Promise<readonly string[]> {
    const alive = await this.listLiveOrders(market);
    return [...new Set([...this.config.SYMBOLS, ...alive.map(({ record }) => record.order.symbol)])];
  }

  /** Orders that may be alive. */
  async listLiveOrders(market: Market): Promise<readonly JournalEntry[]> {
    return (await this.liveOrders.listLive()).filter(({ record }) => record.order.market === market);
  }

  private async restoreReservations(): Promise<void> {
    const entries = await this.liveOrders.fromJournal();
    for (const { record } of entries) await this.exposure.restoreReservation(record);
    const isFirst = entries.length === 0;
    this.log[isFirst ? 'info' : 'warn'](
      { orders: entries.length },
      isFirst
        ? 'The journal has no open orders; the exposure starts from the positions of the exchange'
        : 'The exposure was lost in Redis; it is rebuilt from the journal and the exchange',
    );
  }

  /** Last of all, because the exchange's positions have every fill in them that was fetched before. */
  private async takeOverPositions(): Promise<void> {
    const { positions } = await this.reader.readFromExchange('futures');
    await this.exposure.completeRebuild(
      'futures',
      new Map(positions.map(({ symbol, quantity }) => [symbol, quantity])),
    );
  }
}

/** Two hundred orders one after the other would take as long as the gap they are to fill. */
const AT_ONCE = 20;

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE)
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
}
