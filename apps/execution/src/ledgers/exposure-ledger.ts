/**
 * Keeps what is at stake in step with the journal: a fill moves from its order's reservation into the position in one
 * step, and a reservation ends with its order. One script does it by what stands at that moment, so fills of one symbol
 * never wait for each other.
 *
 * A reservation that was taken again under a freed id belongs to the newer approval, and is left alone.
 */
import {
  BALANCES_KEY,
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  positionField,
  reservationField,
} from '@elvis/contracts';
import { LOG, Log, Redis, RedisScript, replaceReservation } from '@elvis/platform';
import { Decimal, EXPOSURE_UNITS, JournalRecord, Market, Reservation, sharesCoin } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { isSettled } from '../domain/order-lifecycle';
import { BOOKED_KEY, Booking } from './balance-ledger';

const MAX_TRIES = 20;
const KEYS = [EXPOSURE_KEY, EXPOSURE_SUMS_KEY];

const FOLLOW = RedisScript.read<number>(__dirname, 'follow', EXPOSURE_UNITS);
const SET_POSITION = RedisScript.read<number>(__dirname, 'set-position', EXPOSURE_UNITS);
const COMPLETE_REBUILD = RedisScript.read<number>(__dirname, 'complete-rebuild', EXPOSURE_UNITS);
const COMPARE_SUMS = RedisScript.read<SumsDifference[]>(__dirname, 'compare-sums', EXPOSURE_UNITS);

/** A field beside the exposure that did not say what its reservations come to; '' for none. */
type SumsDifference = readonly [field: string, stood: string, is: string];

@Injectable()
export class ExposureLedger {
  constructor(
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Brings the book to what this record says, and answers whether it could; a fill that is still to be added to the
   * balances is added in the same step. If Redis is unavailable everything stays reserved, which is the safe side; the
   * reconciler brings it again.
   */
  async followRecord(record: JournalRecord, booking?: Booking): Promise<boolean> {
    try {
      await FOLLOW.run(
        this.redis,
        [...KEYS, BALANCES_KEY, BOOKED_KEY],
        [JSON.stringify(followedBy(record, booking))],
      );
      return true;
    } catch (error) {
      this.log.warn(
        { clientOrderId: record.order.clientOrderId, reason: (error as Error).message },
        'The exposure of an order could not be updated in Redis; its amount stays reserved and is retried',
      );
    }
    return false;
  }

  /** Whether fills of this record have not been moved into the position yet. @throws when Redis is unavailable */
  async lagsBehind(record: JournalRecord): Promise<boolean> {
    const standing = await this.read(record.order.clientOrderId);
    const reservation = standing === null ? undefined : parse(standing);
    if (standing === null || isAnothers(reservation, record)) return false;
    return new Decimal(record.fills?.quantity ?? 0).gt(reservation?.filled ?? 0);
  }

  /**
   * A freed id that is claimed again: the reservation now belongs to this approval, no matter who returns an older one.
   */
  async reassignReservation(clientOrderId: string, approvalId: string): Promise<void> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await this.read(clientOrderId);
      if (standing === null) return;
      const reservation = parse(standing);
      if (reservation?.approvalId === approvalId) return;
      const reassigned = JSON.stringify({ ...reservation, approvalId });
      if (await replaceReservation(this.redis, clientOrderId, standing, reassigned)) return;
    }
  }

  /** Puts an order's reservation back: it is alive after all, or Redis lost it. */
  async restoreReservation(record: JournalRecord): Promise<void> {
    const { clientOrderId } = record.order;
    const restored = JSON.stringify(reservationOf(record));
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await this.read(clientOrderId);
      if (standing !== null && !isAnothers(parse(standing), record)) return;
      if (await replaceReservation(this.redis, clientOrderId, standing ?? '', restored)) return;
    }
  }

  /** Enters an order that was sent without a reservation: of its fills none has moved into the position yet. */
  async enterUnreserved(record: JournalRecord): Promise<void> {
    const reservation: Reservation = { ...reservationOf(record), filled: '0', received: undefined };
    await replaceReservation(this.redis, record.order.clientOrderId, '', JSON.stringify(reservation));
  }

  /** Client order ids that hold a reservation: everything that may be alive. @throws when Redis is unavailable */
  async readReserved(): Promise<string[]> {
    const fields = await this.redis.hkeys(EXPOSURE_KEY);
    return fields.filter((field) => field.startsWith('r:')).map((field) => field.slice(2));
  }

  /** Whether the structure is there, with its sums; without it risk refuses everything. @throws when Redis is unavailable */
  async isBuilt(): Promise<boolean> {
    const [generation, ofSums] = await Promise.all(
      KEYS.map((key) => this.redis.hget(key, EXPOSURE_GENERATION_FIELD)),
    );
    return generation !== null && generation === ofSums;
  }

  /** Ends a rebuilding: the positions are the exchange's, and from now on the structure counts. */
  async completeRebuild(market: Market, positions: ReadonlyMap<string, string>): Promise<void> {
    const held = [...positions].flatMap(([symbol, quantity]) => [
      positionField(market, symbol),
      new Decimal(quantity).toFixed(),
    ]);
    await COMPLETE_REBUILD.run(this.redis, KEYS, [randomUUID(), positionField(market, ''), ...held]);
  }

  /**
   * Compares the sums with the reservations that they are sums of, sets them right, and tells: whoever changes one without
   * the other has a bug. @throws when Redis is unavailable
   */
  async compareSums(): Promise<void> {
    const differences = await COMPARE_SUMS.run(this.redis, KEYS, []);
    if (differences.length === 0) return;
    this.log.error(
      { alert: 'exposure-sums', differences: differences.slice(0, 20), count: differences.length },
      'The sums of the exposure differed from its reservations and were corrected; orders may have been judged by wrong sums. Report this, with the log lines before it',
    );
  }

  /** Positions of a market by symbol, as the caps count them. @throws when Redis is unavailable */
  async readPositions(market: Market): Promise<ReadonlyMap<string, string>> {
    const prefix = positionField(market, '');
    const all = await this.redis.hgetall(EXPOSURE_KEY);
    return new Map(
      Object.entries(all).flatMap(([field, quantity]) =>
        field.startsWith(prefix) ? [[field.slice(prefix.length), quantity] as const] : [],
      ),
    );
  }

  /** Sets a position right, if no other replica moved a fill into it meanwhile. */
  async setPosition(
    market: Market,
    symbol: string,
    known: string | undefined,
    quantity: string,
  ): Promise<boolean> {
    const args = [positionField(market, symbol), known ?? '', quantity];
    return (await SET_POSITION.run(this.redis, KEYS, args)) === 1;
  }

  private read(clientOrderId: string): Promise<string | null> {
    return this.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId));
  }
}

/** What `follow.lua` is given of a record. */
const followedBy = (record: JournalRecord, booking: Booking | undefined): object => ({
  field: reservationField(record.order.clientOrderId),
  position: positionField(record.order.market, record.order.symbol),
  side: record.order.side,
  approvalId: record.approvalId,
  wasNeverSent: record.type === 'RELEASED' || record.type === 'VOID',
  isOver: record.type === 'DENIED' || isSettled(record),
  ...filledOf(record),
  ...(record.amendment ? { atLeast: largerTermsOf(record) } : { terms: termsOf(record) }),
  booking,
});

/**
 * While an amendment is under way risk has the larger one reserved, and where a fill's record came between that and the
 * amendment's, it is again; once the amendment is settled the order's own terms count.
 */
const largerTermsOf = ({ view, amendment }: JournalRecord): object => {
  const quantity = maxText(view.quantity, amendment?.quantity);
  return {
    quantity,
    notional: notionalOf({ quantity, price: maxText(view.price ?? '0', amendment?.price) }),
  };
};

const termsOf = ({ view }: JournalRecord): object => ({
  quantity: view.quantity,
  ...(view.price !== undefined && { notional: notionalOf(view) }),
});

const notionalOf = ({ quantity, price }: { readonly quantity: string; readonly price?: string }): string =>
  new Decimal(quantity).times(price ?? 0).toFixed();

const reservationOf = (record: JournalRecord): Reservation => ({
  market: record.order.market,
  symbol: record.order.symbol,
  side: record.order.side,
  quantity: maxText(record.view.quantity, record.amendment?.quantity),
  notional: notionalOf({
    quantity: maxText(record.view.quantity, record.amendment?.quantity),
    price: record.view.price ?? record.order.stopPrice ?? record.view.averagePrice,
  }),
  actor: record.view.actor,
  approvalId: record.approvalId ?? '',
  reduceOnly: record.order.reduceOnly ?? false,
  ...(sharesCoin(record.order) && { shares: true }),
  atMs: record.view.createdAtMs,
  ...filledOf(record),
});

/** How much of the order is in the position, and what of that is left of it. */
const filledOf = ({ fills }: JournalRecord): Pick<Reservation, 'filled' | 'received'> => ({
  filled: fills?.quantity ?? '0',
  received: fills?.received,
});

const maxText = (left: string, right: string | undefined): string =>
  right !== undefined && new Decimal(right).gt(left) ? right : left;

function parse(text: string): Partial<Reservation> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reserved by an approval that has not claimed the id, or lost the claim to this record's: risk returns it. */
const isAnothers = (reservation: Partial<Reservation> | undefined, { approvalId }: JournalRecord): boolean =>
  reservation?.approvalId !== undefined && approvalId !== undefined && reservation.approvalId !== approvalId;
