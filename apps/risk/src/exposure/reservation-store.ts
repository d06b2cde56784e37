/**
 * Reserves an order's worst case in Redis, in the same step that proves that it may be sent at all: no switch, a
 * permit under the epoch this replica decided by, an exchange clock that can be trusted, room under every cap. The
 * reservation is what the send script looks for, so an order that lost it cannot leave.
 */
import {
  BALANCES_KEY,
  CLOCK_DRIFT,
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  EXPOSURE_UNITS,
  KILL_SWITCH_KEY,
  Reservation as Held,
  MAX_CLOCK_AGE_MS,
  MAX_CLOCK_ERROR_MS,
  TRADING_PERMIT_KEY,
  balancesSinceField,
  reservationField,
  walletField,
} from '@elvis/contracts';
import { Redis, replaceReservation } from '@elvis/platform';
import { ExposureFigures, ExposureLimits, largestNotional } from '@elvis/rules';
import {
  Decimal,
  OrderContent,
  TradingFailure,
  TradingState,
  ZERO,
  canonicalOrder,
  maxDecimal,
} from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RedisIncarnation } from './redis-incarnation';
import { COUNT_REPEAT, RESERVE, RETURN, ReserveReply } from './reserve-script';

const { AMOUNT_UNIT, QUANTITY_UNIT } = EXPOSURE_UNITS;

/** By `<market>:<symbol>`: the mark, and the leverage it is traded on. */
type Marks = Readonly<Record<string, readonly [mark: number, leverage: number]>>;

/** By `<market>:<symbol>`: the assets of its instrument. */
export type Pairs = Readonly<Record<string, readonly [base: string, quote: string]>>;

export interface Wanted {
  readonly content: OrderContent;
  readonly actor: string;
  readonly approvalId: string;
  /** Worst case of the whole order, in quote currency. */
  readonly notional: Decimal;
  readonly isReduceOnly: boolean;
  readonly state: TradingState;
  /** The epoch of the view that the order was judged by. */
  readonly epoch: number;
  readonly limits: ExposureLimits;
  readonly marks: Marks;
  /**
   * On spot: the asset the order spends, how much of it, what the exchange holds back of it for orders that rest, and which
   * assets the symbols trade that may rest.
   */
  readonly funds?: {
    readonly asset: string;
    readonly needed: Decimal;
    readonly locked: Decimal;
    readonly pairs: Pairs;
  };
  /** A change of an order that rests: its reservation as it was read. `notional` is then of the larger of both. */
  readonly amending?: string;
}

/** What a reservation charged to its actor: an order in this millisecond of Redis, and its likeness for the repeats. */
export interface Charged {
  readonly paceKey: string;
  readonly repeatsKey: string;
  readonly atMs: number;
}

export type Reservation =
  | {
      readonly kind: 'reserved';
      readonly exchangeNowMs: number;
      readonly figures?: ExposureFigures;
      /** Absent where the reservation stood already. */
      readonly charged?: Charged;
    }
  | { readonly kind: 'refused'; readonly code: string; readonly figures: ExposureFigures }
  | { readonly kind: 'halted' }
  | { readonly kind: 'no-permit' }
  | { readonly kind: 'other-epoch' }
  | { readonly kind: 'clock'; readonly why: string }
  | { readonly kind: 'rebuilding'; readonly why: string }
  | { readonly kind: 'mark-missing'; readonly symbol: string }
  | { readonly kind: 'taken' }
  /** Somebody changed the reservation since it was read. */
  | { readonly kind: 'moved' };

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
    const { content, actor, limits } = wanted;
    const pace = paceKey(actor);
    const repeats =
      limits.duplicateWindowMs === undefined ? NO_REPEATS_KEY : repeatsKey(repeatKey(actor, content));
    const reply = await RESERVE.run(
      this.redis,
      [
        ...[KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXCHANGE_CLOCK_KEY, EXPOSURE_KEY, EXPOSURE_SUMS_KEY],
        ...[pace, repeats, BALANCES_KEY],
      ],
      [JSON.stringify(requestOf(wanted, this.incarnation.runId))],
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
    return COUNT_REPEAT.run(this.redis, [repeatsKey(repeatKey(actor, content))], [repeatOf]);
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

function requestOf(wanted: Wanted, runId: string): object {
  const { content, actor, approvalId, limits, isReduceOnly } = wanted;
  const { clientOrderId, market, symbol, side, quantity } = content;
  const order = fingerprint(content);
  // A spot order holds back what it pays; the caps value it at the mark besides.
  const paid = side === 'BUY' ? wanted.funds?.needed : undefined;
  const notional = (paid ?? wanted.notional).toFixed();
  const body = JSON.stringify({
    market,
    symbol,
    side,
    quantity,
    notional,
    actor,
    approvalId,
    order,
    type: content.type,
    price: content.price,
    ...(isReduceOnly && { reduceOnly: true }),
  });
  const amended = wanted.amending === undefined ? undefined : amendedReservation(wanted, wanted.amending);
  return {
    runId,
    epoch: `${wanted.epoch}`,
    id: clientOrderId,
    field: reservationField(clientOrderId),
    body: amended?.text ?? `${body.slice(0, -1)},"atMs":`,
    amend: wanted.amending,
    order,
    maxClockErrorMs: MAX_CLOCK_ERROR_MS,
    maxClockAgeMs: MAX_CLOCK_AGE_MS,
    clockDrift: CLOCK_DRIFT,
    symbol: `${market}:${symbol}`,
    side,
    state: wanted.state,
    reduceOnly: isReduceOnly,
    ...(content.closePosition && { closes: true }),
    ...fundsOf(wanted),
    quantity: units(amended?.left ?? new Decimal(quantity), QUANTITY_UNIT, Decimal.ROUND_UP),
    notional: units(amended?.worth ?? wanted.notional, AMOUNT_UNIT, Decimal.ROUND_UP),
    resting: units(amended?.restingWorth ?? ZERO, AMOUNT_UNIT),
    restingLeft: units(amended?.restingLeft ?? ZERO, QUANTITY_UNIT),
    marks: wanted.marks,
    limits: {
      position: largestPosition(limits),
      gross: limits.maxGrossNotional && units(limits.maxGrossNotional, AMOUNT_UNIT),
      equity: limits.equity && units(limits.equity, AMOUNT_UNIT),
      openOrders: limits.maxOpenOrders,
      perSecond: limits.maxOrdersPerSecond,
      duplicateMs: limits.duplicateWindowMs,
    },
  };
}

/** In whole 1e-8 of the asset, as the balances are kept. */
function fundsOf({ content, funds }: Wanted): object {
  if (!funds) return {};
  return {
    asset: funds.asset,
    pairs: funds.pairs,
    since: balancesSinceField(content.market),
    wallet: walletField(content.market, funds.asset),
    locked: units(funds.locked, QUANTITY_UNIT, Decimal.ROUND_UP),
    needed: units(funds.needed, QUANTITY_UNIT, Decimal.ROUND_UP),
  };
}

/** By the house or by the exchange's brackets, whichever is less: which of them it was is said by the rules in TypeScript. */
function largestPosition({ maxPositionNotional, leverage, brackets }: ExposureLimits): number | undefined {
  const caps = [
    ...(maxPositionNotional ? [maxPositionNotional] : []),
    ...(leverage !== undefined && brackets ? [largestNotional(leverage, brackets)] : []),
  ];
  return caps.length === 0 ? undefined : units(Decimal.min(...caps), AMOUNT_UNIT);
}

/** The reservation that holds the larger of an order's present terms and its new ones, and what is left to fill of it. */
function amendedReservation(
  { content, notional }: Wanted,
  standing: string,
): {
  readonly text: string;
  readonly left: Decimal;
  readonly worth: Decimal;
  readonly restingWorth: Decimal;
  readonly restingLeft: Decimal;
} {
  const held = JSON.parse(standing) as Held;
  const total = maxDecimal(new Decimal(held.quantity), new Decimal(content.quantity));
  const worth = maxDecimal(new Decimal(held.notional), notional);
  const filled = new Decimal(held.filled ?? 0);
  const left = maxDecimal(total.minus(filled), ZERO);
  const leftOfHeld = maxDecimal(new Decimal(held.quantity).minus(filled), ZERO);
  return {
    text: JSON.stringify({ ...held, quantity: total.toFixed(), notional: worth.toFixed() }),
    left,
    worth: worth.times(left).div(total),
    restingWorth: new Decimal(held.notional).times(leftOfHeld).div(held.quantity),
    restingLeft: leftOfHeld,
  };
}

const units = (value: Decimal, unit: number, rounding: Decimal.Rounding = Decimal.ROUND_DOWN): number =>
  value.times(unit).toDecimalPlaces(0, rounding).toNumber();

function readReply(reply: ReserveReply, keys: Pick<Charged, 'paceKey' | 'repeatsKey'>): Reservation {
  const [word, detail, ...figures] = reply;
  switch (word) {
    case 'RESERVED':
      return {
        kind: 'reserved',
        exchangeNowMs: Number(detail),
        ...(figures.length > 0 && { figures: readFigures(figures) }),
        ...(Number(figures[10] ?? 0) > 0 && { charged: { ...keys, atMs: Number(figures[10]) } }),
      };
    case 'HALTED':
      return { kind: 'halted' };
    case 'NO_PERMIT':
      return { kind: 'no-permit' };
    case 'OTHER_EPOCH':
      return { kind: 'other-epoch' };
    case 'TAKEN':
      return { kind: 'taken' };
    case 'MOVED':
      return { kind: 'moved' };
    case 'CLOCK':
      return { kind: 'clock', why: `${detail}` };
    case 'REBUILDING':
      return {
        kind: 'rebuilding',
        why: 'the exposure is being rebuilt from the journal and the exchange. Retry',
      };
    case 'UNCOUNTED':
      return {
        kind: 'rebuilding',
        why: 'the exposure has entries that its sums do not count; they are being corrected. Retry',
      };
    case 'MALFORMED':
      return {
        kind: 'rebuilding',
        why: `an entry of the exposure or of the balances in Redis is unreadable: ${detail}. Correct the entry in Redis, then retry`,
      };
    case 'MARK':
      return { kind: 'mark-missing', symbol: `${detail}` };
    default:
      return { kind: 'refused', code: word, figures: readFigures(figures) };
  }
}

function readFigures(figures: readonly (number | string)[]): ExposureFigures {
  const amount = (index: number, unit: number): string =>
    new Decimal(figures[index] ?? 0).div(unit).toFixed();
  return {
    position: amount(0, QUANTITY_UNIT),
    restingOnSide: amount(1, QUANTITY_UNIT),
    worstBefore: amount(2, AMOUNT_UNIT),
    worstAfter: amount(3, AMOUNT_UNIT),
    worstOfOthers: amount(4, AMOUNT_UNIT),
    margin: amount(5, AMOUNT_UNIT),
    openOrders: Number(figures[6]),
    lastSecond: Number(figures[7]),
    ...(figures[8] !== '' && { repeatOf: `${figures[8]}`, repeats: Number(figures[9]) }),
    ...(figures.length > 11 && {
      wallet: amount(11, QUANTITY_UNIT),
      committed: amount(12, QUANTITY_UNIT),
      needed: amount(13, QUANTITY_UNIT),
    }),
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
const fingerprint = (content: OrderContent): string => digest(canonicalOrder(content));
/** The same order under any id. */
const repeatKey = (actor: string, content: OrderContent): string =>
  digest(`${actor} ${canonicalOrder({ ...content, clientOrderId: '' })}`);
