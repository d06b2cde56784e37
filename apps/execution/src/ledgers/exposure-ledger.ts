/**
 * Keeps what is at stake in step with the journal: a fill moves from its order's reservation into the position in one
 * step, and a reservation ends with its order. Every change names what it read, so of two replicas one reads again.
 *
 * A reservation that was taken again under a freed id belongs to the newer approval, and is left alone.
 */
import {
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  Reservation,
  positionField,
  reservationField,
} from '@elvis/contracts';
import { FieldChange, LOG, Log, Redis, replaceFields } from '@elvis/platform';
import { Decimal, JournalRecord, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { isSettled } from '../domain/order-lifecycle';

const MAX_TRIES = 20;

@Injectable()
export class ExposureLedger {
  constructor(
    private readonly redis: Redis,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Brings the book to what this record says, and answers whether it could. If Redis is unavailable everything stays
   * reserved, which is the safe side; the reconciler brings it again.
   */
  async followRecord(record: JournalRecord): Promise<boolean> {
    try {
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1)
        if (await this.tryToFollow(record)) return true;
      this.log.warn(
        { clientOrderId: record.order.clientOrderId },
        'The exposure of an order was not updated because of concurrent writes; its amount stays reserved and is retried',
      );
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
    const standing = await this.redis.hget(EXPOSURE_KEY, reservationField(record.order.clientOrderId));
    const reservation = standing === null ? undefined : read(standing);
    if (standing === null || isAnothers(reservation, record)) return false;
    return new Decimal(record.fills?.quantity ?? 0).gt(reservation?.filled ?? 0);
  }

  /**
   * A freed id that is claimed again: the reservation now belongs to this approval, no matter who returns an older one.
   */
  async reassignReservation(clientOrderId: string, approvalId: string): Promise<void> {
    const field = reservationField(clientOrderId);
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await this.redis.hget(EXPOSURE_KEY, field);
      if (standing === null) return;
      const reservation = read(standing);
      if (reservation?.approvalId === approvalId) return;
      if (await this.writeChanges([field, standing, JSON.stringify({ ...reservation, approvalId })])) return;
    }
  }

  /** Puts an order's reservation back: it is alive after all, or Redis lost it. */
  async restoreReservation(record: JournalRecord): Promise<void> {
    const field = reservationField(record.order.clientOrderId);
    const restored = JSON.stringify(reservationOf(record));
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const standing = await this.redis.hget(EXPOSURE_KEY, field);
      if (standing !== null && !isAnothers(read(standing), record)) return;
      if (await this.writeChanges([field, standing ?? '', restored])) return;
    }
  }

  /** Enters an order that was sent without a reservation: of its fills none has moved into the position yet. */
  async enterUnreserved(record: JournalRecord): Promise<void> {
    const field = reservationField(record.order.clientOrderId);
    const reservation: Reservation = { ...reservationOf(record), filled: '0', received: undefined };
    await this.redis.hsetnx(EXPOSURE_KEY, field, JSON.stringify(reservation));
  }

  /** Whether the order holds a reservation, or nobody can tell. */
  async mayHold(clientOrderId: string): Promise<boolean> {
    return (await this.redis.hexists(EXPOSURE_KEY, reservationField(clientOrderId)).catch(() => 1)) === 1;
  }

  /** Client order ids that hold a reservation: everything that may be alive. @throws when Redis is unavailable */
  async readReserved(): Promise<string[]> {
    const fields = await this.redis.hkeys(EXPOSURE_KEY);
    return fields.filter((field) => field.startsWith('r:')).map((field) => field.slice(2));
  }

  /** Whether the structure is there; without it risk refuses everything. @throws when Redis is unavailable */
  async isBuilt(): Promise<boolean> {
    return (await this.redis.hexists(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD)) === 1;
  }

  /** Ends a rebuilding: the positions are the exchange's, and from now on the structure counts. */
  async completeRebuild(market: Market, positions: ReadonlyMap<string, string>): Promise<void> {
    for (const symbol of (await this.readPositions(market)).keys()) {
      if (!positions.has(symbol)) await this.redis.hset(EXPOSURE_KEY, positionField(market, symbol), '0');
    }
    for (const [symbol, quantity] of positions) {
      await this.redis.hset(EXPOSURE_KEY, positionField(market, symbol), new Decimal(quantity).toFixed());
    }
    await this.redis.hset(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD, randomUUID());
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
    return this.writeChanges([positionField(market, symbol), known ?? '', quantity]);
  }

  private async tryToFollow(record: JournalRecord): Promise<boolean> {
    const { clientOrderId, market, symbol, side } = record.order;
    const field = reservationField(clientOrderId);
    const positions = positionField(market, symbol);
    const [standing, position] = await this.redis.hmget(EXPOSURE_KEY, field, positions);
    if (standing === null || standing === undefined) return true;
    const reservation = read(standing);
    if (isAnothers(reservation, record)) return true;
    const wasNeverSent = record.type === 'RELEASED' || record.type === 'VOID';
    if (wasNeverSent) return this.writeChanges([field, standing, '']);
    const filled = new Decimal(record.fills?.quantity ?? 0);
    const moved = new Decimal(reservation?.filled ?? 0);
    // An older record than somebody else has followed already: to follow it would move the later fills once more.
    if (filled.lt(moved)) return true;
    const isOver = record.type === 'DENIED' || isSettled(record);
    const next = isOver
      ? ''
      : JSON.stringify({ ...reservation, ...termsOf(record, reservation), ...filledOf(record) });
    if (filled.lte(moved)) return next === standing || this.writeChanges([field, standing, next]);
    const delta = new Decimal(record.fills?.received ?? filled).minus(reservation?.received ?? moved);
    const after = new Decimal(position ?? 0).plus(side === 'BUY' ? delta : delta.negated());
    return this.writeChanges([field, standing, next], [positions, position ?? '', after.toFixed()]);
  }

  private writeChanges(...changes: readonly FieldChange[]): Promise<boolean> {
    return replaceFields(this.redis, EXPOSURE_KEY, changes);
  }
}

/** While an amendment is under way risk has the larger one reserved; once it is settled the order's own terms count. */
function termsOf(
  { view, amendment }: JournalRecord,
  reservation: Partial<Reservation> | undefined,
): Partial<Reservation> {
  if (amendment || !reservation?.quantity || reservation.quantity === view.quantity) return {};
  return { quantity: view.quantity, ...(view.price !== undefined && { notional: notionalOf(view) }) };
}

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

function read(text: string): Partial<Reservation> | undefined {
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
