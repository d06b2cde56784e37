/**
 * Reserves an order's worst case in Redis, in the same step that proves that it may be sent at all: no switch, a
 * permit under the epoch this replica decided by, an exchange clock that can be trusted, room under every cap. The
 * reservation is what the send script looks for, so an order that lost it cannot leave.
 */
import {
  BALANCES_KEY,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  KILL_SWITCH_KEY,
  TRADING_PERMIT_KEY,
  reservationField,
} from '@elvis/contracts';
import { Redis, replaceReservation } from '@elvis/platform';
import { likenessOf } from '@elvis/rules';
import { OrderContent, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { RedisIncarnation } from './redis-incarnation';
import { Charged, Reservation, readReply } from './reserve-reply';
import { Wanted, digest, requestOf } from './reserve-request';
import { COUNT_REPEAT, RESERVE, RETURN } from './reserve-script';

/** List: when an actor's latest orders were reserved, newest first; 2 s. */
const paceKey = (actor: string): string => `ELVIS_PACE:${actor}`;
/** Present while an order like this of the same actor counts as a repeat; for the length of the window. */
const repeatsKey = (likeness: string): string => `ELVIS_REPEATS:${likeness}`;
/** Never written: what the script is given where repeats are not counted. */
const NO_REPEATS_KEY = 'ELVIS_REPEATS';
/** Never written: what the script is given where the pace is not counted. */
const NO_PACE_KEY = 'ELVIS_PACE';

@Injectable()
export class ReservationStore {
  constructor(
    private readonly redis: Redis,
    private readonly incarnation: RedisIncarnation,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE Redis is unavailable; whether it was reserved is not known */
  async reserve(wanted: Wanted): Promise<Reservation> {
    const { request, likeness } = requestOf(wanted, this.incarnation.runId);
    const pace = paceKey(wanted.actor);
    const repeats = likeness === undefined ? NO_REPEATS_KEY : repeatsKey(likeness);
    const reply = await RESERVE.run(
      this.redis,
      [
        ...[KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXCHANGE_CLOCK_KEY, EXPOSURE_KEY, EXPOSURE_SUMS_KEY],
        ...[pace, repeats, BALANCES_KEY],
      ],
      [JSON.stringify(request)],
    );
    return readReply(reply, { paceKey: pace, repeatsKey: repeats });
  }

  /**
   * Only after VOID stands in the journal, or another order's record does: then an order that is alive keeps it, under
   * its own approval and charged as it was, and otherwise what it charged is taken back too. Nothing happens if the
   * reservation is another approval's.
   */
  async giveBack(
    clientOrderId: string,
    approvalId: string,
    { charged, heir }: { readonly charged?: Charged; readonly heir?: string } = {},
  ): Promise<void> {
    const charges = [charged?.paceKey ?? NO_PACE_KEY, charged?.repeatsKey ?? NO_REPEATS_KEY];
    const args = [reservationField(clientOrderId), approvalId, clientOrderId, charged?.atMs ?? 0, heir ?? ''];
    await RETURN.run(this.redis, [EXPOSURE_KEY, EXPOSURE_SUMS_KEY, ...charges], args);
  }

  /** An order was denied as a repeat of `repeatOf`: how many there were. @throws when Redis is away */
  async countRepeat(actor: string, content: OrderContent, repeatOf: string): Promise<number> {
    return COUNT_REPEAT.run(this.redis, [repeatsKey(digest(likenessOf(actor, content)))], [repeatOf]);
  }

  /** The reservation as it stands; undefined if there is none. @throws TradingFailure STORE_UNAVAILABLE */
  async find(clientOrderId: string): Promise<string | undefined> {
    try {
      return (await this.redis.hget(EXPOSURE_KEY, reservationField(clientOrderId))) ?? undefined;
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable, so the reservation of the order could not be read; the order is unchanged. Retry',
        { cause, retryAfterMs: 1_000 },
      );
    }
  }

  /** Brings back what stood before an amendment that never left; nothing if it was changed meanwhile. */
  async putBack(clientOrderId: string, amended: string | undefined, before: string): Promise<void> {
    if (amended === undefined) return;
    await replaceReservation(this.redis, clientOrderId, amended, before);
  }

  /** Every reservation that stands, by client order id, as it was written. @throws when Redis is unavailable */
  async all(): Promise<ReadonlyMap<string, string>> {
    const fields = await this.redis.hgetall(EXPOSURE_KEY);
    return new Map(
      Object.entries(fields).flatMap(([field, value]) =>
        field.startsWith('r:') ? [[field.slice(2), value] as const] : [],
      ),
    );
  }
}
