/**
 * Who holds which symbol. A bot takes a futures symbol or a spot coin with its first opening order and keeps it while it has a
 * position or an order there, and a minute longer. Whoever else sends an order there is refused by the check.
 */
import { SubmitOrder, SymbolLease, botActor, symbolLeaseChanged } from '@elvis/contracts';
import { checkedOrder, opensNothing } from '@elvis/rules';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { RiskEventPublisher } from '../events/event-publisher';
import { AccountFeed } from '../facts/account-feed';
import { Clock } from '../facts/clock';
import { Instruments } from '../facts/instruments';
import { LeaseRecord, afterLook, afterOpening, leaseView, released } from './lease-record';
import { LeasePlace, LeaseStore } from './lease-store';
import { LeaseUse } from './lease-use';

/** Of two who want a free symbol one loses, and reads who won. */
const TRIES = 5;
/** The holder of a symbol with a position that is no bot's. */
const ACCOUNT = 'account';
const IS_BOT = botActor('');

@Injectable()
export class SymbolLeases {
  constructor(
    private readonly store: LeaseStore,
    private readonly use: LeaseUse,
    private readonly instruments: Instruments,
    private readonly account: AccountFeed,
    private readonly events: RiskEventPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Who stands in the way of a bot's order, undefined for nobody; takes the symbol for one that opens.
   *
   * @throws TradingFailure STORE_UNAVAILABLE, SERVICE_UNREACHABLE who holds it, or what of the coin is held, is not known
   */
  otherHolder(order: SubmitOrder): Promise<string | undefined> {
    const place = order.actor.startsWith(IS_BOT) ? this.placeOf(order) : undefined;
    if (!place) return Promise.resolve(undefined);
    return this.take(order.actor, order.symbol, place, !opensNothing(checkedOrder(order)));
  }

  /** The same for a bot that sets a symbol up before its first order. @throws TradingFailure BOT_NOT_ALLOWED */
  async require(actor: string, symbol: string): Promise<void> {
    const other = await this.take(actor, symbol, { market: 'futures', subject: symbol }, true);
    if (other === undefined) return;
    throw new TradingFailure(
      'BOT_NOT_ALLOWED',
      `${symbol} is held by ${other}; nothing was changed. Use another symbol, or wait until it is given back`,
      { context: { holder: other } },
    );
  }

  private async take(
    holder: string,
    symbol: string,
    place: LeasePlace,
    opens: boolean,
  ): Promise<string | undefined> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { revision, record } = await this.store.read(place);
      const isOwn = record?.holder === holder;
      if (record && record.holder !== null && !isOwn) return record.holder;
      if (!opens) return undefined;
      if (!isOwn && this.isHeldByAccount(place)) return ACCOUNT;
      const baseline = isOwn || place.market === 'futures' ? null : await this.use.wallet(place.subject);
      const opening = { place, symbol, holder, atMs: this.clock.nowMs(), baseline };
      const next = afterOpening(record, opening);
      if (!next) return undefined;
      if ((await this.store.write(next, revision)) === undefined) continue;
      if (!isOwn) await this.tell(next, holder, 'taken', holder);
      return undefined;
    }
    throw new TradingFailure(
      'STORE_UNAVAILABLE',
      `The lease of ${place.subject} is wanted by too many at once; nothing was sent. Retry`,
      { retryAfterMs: 1_000 },
    );
  }

  /** Those that are held. @throws NatsError, TradingFailure STORE_UNAVAILABLE */
  async held(): Promise<readonly SymbolLease[]> {
    const places = await this.store.places();
    const readings = await Promise.all(places.map((place) => this.store.read(place)));
    return readings.flatMap(({ record }) => (record && record.holder !== null ? [leaseView(record)] : []));
  }

  /** By a person. @throws TradingFailure LEASE_NOT_FOUND, LEASE_IN_USE, STORE_UNAVAILABLE */
  async release(place: LeasePlace, actor: string): Promise<SymbolLease> {
    for (let attempt = 1; ; attempt += 1) {
      const { revision, record } = await this.store.read(place);
      if (!record || record.holder === null)
        throw new TradingFailure('LEASE_NOT_FOUND', `Nothing holds ${place.subject}; nothing was changed`);
      if ((await this.use.isIdle(record)) !== true) throw inUse(record);
      const next = released(record, actor, this.clock.nowMs());
      if ((await this.store.write(next, revision)) === undefined) {
        // The sweep may have marked it idle meanwhile, which is no use of it.
        if (attempt === TRIES) throw inUse(record);
        continue;
      }
      await this.tell(next, record.holder, 'released', actor);
      return leaseView(next);
    }
  }

  /** Looks at every holder once: one that has had nothing there for a minute holds it no longer. */
  async look(): Promise<void> {
    for (const place of await this.store.places()) {
      const { revision, record } = await this.store.read(place);
      if (!record || record.holder === null) continue;
      const next = afterLook(record, await this.use.isIdle(record), this.clock.nowMs());
      if (!next || (await this.store.write(next, revision)) === undefined) continue;
      if (next.holder === null) await this.tell(next, record.holder, 'released', 'system');
    }
  }

  /** Undefined for a symbol that the exchange does not list: its order is refused anyway. */
  private placeOf({ market, symbol }: Pick<SubmitOrder, 'market' | 'symbol'>): LeasePlace | undefined {
    if (market === 'futures') return { market, subject: symbol };
    const assets = this.instruments.assetsOf('spot', symbol);
    return assets && { market, subject: assets.baseAsset };
  }

  private isHeldByAccount({ market, subject }: LeasePlace): boolean {
    if (market === 'spot') return false;
    const held = this.account.latest?.account.positions.get(subject);
    return held !== undefined && !held.quantity.isZero();
  }

  private async tell(
    { market, subject, takenAtMs, releasedAtMs }: LeaseRecord,
    holder: string,
    change: 'taken' | 'released',
    actor: string,
  ): Promise<void> {
    const atMs = releasedAtMs ?? takenAtMs;
    const id = `lease:${market}:${subject}:${change}:${atMs}`;
    await this.events.publish(
      symbolLeaseChanged,
      { market, subject, holder, change, actor, atMs },
      actor,
      atMs,
      id,
    );
  }
}

const inUse = ({ subject, holder }: LeaseRecord): TradingFailure =>
  new TradingFailure(
    'LEASE_IN_USE',
    `${holder ?? ''} has a position or an order in ${subject}, or that cannot be seen now; it keeps the symbol. Stop it with flatten first`,
    { context: { holder: holder ?? '' } },
  );
