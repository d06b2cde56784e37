/**
 * What is at stake, in memory: orders are judged and reserved in one step, as the script in Redis does it for the whole fleet
 * (`reserve.lua`, with `return.lua` and execution's `follow.lua`). A property test holds the two together, answer by answer
 * and sum by sum, to the last unit.
 *
 * It begins where the structure is judged: the switch, the permit and the clock in front of it are the fleet's. Positions
 * move with the fills of orders or are set; what is held on spot is set by whoever keeps the balances.
 */
import { Decimal, EXPOSURE_UNITS, Reservation, ZERO } from '@elvis/trading';
import { Charges } from './charges';
import { NO_SUMS, SPENDS, SideSums, added, contributionOf, figureOf, sideKey } from './reservation-sums';
import { ReserveReply } from './reserve-reply';
import { ReserveRequest } from './reserve-request';
import { SymbolStake, noStake, restingSide, withMore, worstOf } from './worst-case';

const { QUANTITY_UNIT } = EXPOSURE_UNITS;

/** What an order has become. */
export interface Followed {
  readonly id: string;
  /** All that has filled of it so far. */
  readonly filled: string;
  /** What of that reached the position, where a fee was taken out of it. */
  readonly received?: string;
  readonly isOver: boolean;
  /** The order's own terms, once a change of it is settled. */
  readonly terms?: { readonly quantity: string; readonly notional?: string };
}

/** An approval that came to nothing. */
export interface Unused {
  readonly id: string;
  readonly approvalId: string;
  readonly likeness: string;
  /** When its reservation was charged to its actor; absent where it stood already. */
  readonly chargedAtMs?: number;
}

/** A reservation, and what it adds to the sums of its side. */
interface Held {
  readonly reservation: Reservation;
  readonly adds: SideSums;
}

/** What all that stands comes to, without the order that is judged. */
interface Survey {
  readonly stakes: ReadonlyMap<string, SymbolStake>;
  readonly openOrders: number;
  /** Of the asset that a spot order spends. */
  readonly committed: number;
}

export class Reservations {
  /** By client order id. */
  private readonly held = new Map<string, Held>();
  /** By `<market>:<symbol>`, signed; without those that are flat. */
  private readonly positions = new Map<string, Decimal>();
  private readonly sides = new Map<string, SideSums>();
  /** By asset, in whole 1e-8. */
  private readonly wallets = new Map<string, number>();
  private readonly charges = new Charges();

  find(id: string): Reservation | undefined {
    return this.held.get(id)?.reservation;
  }

  /** Judges an order, or a change of one, by all that stands; reserves it if it may be. */
  reserve(request: ReserveRequest, nowMs: number): ReserveReply {
    const { id, limits, amending, likeness } = request;
    const { actor } = request.reservation;
    const held = this.held.get(id);
    const standing = held?.reservation;
    if (amending) {
      if (!standing || !isSame(standing, amending)) return ['MOVED'];
    } else if (standing) {
      if (standing.order !== request.order) return ['TAKEN'];
      if (request.state === 'ACTIVE') return ['RESERVED', nowMs];
    }
    const figures: (number | string)[] = [0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0];
    const answer = (word: string): ReserveReply => [word, nowMs, ...figures];
    const isNew = standing === undefined;
    const isCharged = isNew || amending !== undefined;
    if (isCharged && limits.perSecond !== undefined) {
      const recent = this.charges.lastSecond(actor, limits.perSecond, nowMs);
      figures[7] = recent;
      if (recent >= limits.perSecond) return answer('RATE_ABOVE_MAXIMUM');
    }
    const last =
      isNew && limits.duplicateMs !== undefined && likeness !== undefined
        ? this.charges.lately(likeness, limits.duplicateMs, nowMs)
        : undefined;
    if (last && last.id !== id) {
      [figures[8], figures[9]] = [last.id, last.count + 1];
      return answer('ORDER_REPEATED');
    }
    const refusal = this.examine(request, held, figures);
    if (refusal !== undefined) return typeof refusal === 'string' ? answer(refusal) : refusal;
    const reservation = { ...request.reservation, atMs: request.reservation.atMs ?? nowMs };
    // One that could not be counted would keep every other order from being judged.
    const adds = contributionOf(reservation);
    if (!adds) return ['MALFORMED', `r:${id}`];
    if (isCharged) this.write(id, { reservation, adds });
    if (isNew) figures[10] = nowMs;
    if (isCharged && limits.perSecond !== undefined) this.charges.pace(actor, limits.perSecond, nowMs);
    if (isNew && limits.duplicateMs !== undefined && likeness !== undefined && !last)
      this.charges.remember(likeness, id, limits.duplicateMs, nowMs);
    return answer('RESERVED');
  }

  /** An order was denied as a repeat of `id`: how many there were. */
  countRepeat(likeness: string, id: string): number {
    return this.charges.countRepeat(likeness, id);
  }

  /** Takes back what was reserved and charged for an order that never came out; nothing if it is another approval's. */
  giveBack({ id, approvalId, likeness, chargedAtMs }: Unused): void {
    const standing = this.find(id);
    if (standing?.approvalId !== approvalId) return;
    if (chargedAtMs !== undefined) this.charges.takeBack(standing.actor, likeness, id, chargedAtMs);
    this.write(id, undefined);
  }

  /** Brings an order to what it has become: fills move into the position, and its reservation ends with it. */
  follow({ id, filled, received, isOver, terms }: Followed): void {
    const standing = this.find(id);
    if (!standing) return;
    const { filled: moved = '0', market = 'futures', symbol, side } = standing;
    const more = new Decimal(filled).minus(moved);
    // An older record: to follow it would move the later fills once more.
    if (more.lt(0)) return;
    if (more.gt(0)) {
      const delta = new Decimal(received ?? filled).minus(standing.received ?? moved);
      this.move(`${market}:${symbol}`, side === 'BUY' ? delta : delta.negated());
    }
    if (isOver) return this.write(id, undefined);
    const reservation = { ...standing, ...terms, filled, received };
    // It was counted before with these terms, or with larger ones.
    this.write(id, { reservation, adds: contributionOf(reservation)! });
  }

  /** A position that changed otherwise than by an order that was reserved; `key` is `<market>:<symbol>`. */
  move(key: string, delta: Decimal): void {
    const position = (this.positions.get(key) ?? ZERO).plus(delta);
    if (position.isZero()) this.positions.delete(key);
    else this.positions.set(key, position);
  }

  /** What is held of an asset on spot. */
  hold(asset: string, quantity: Decimal): void {
    this.wallets.set(asset, quantity.times(QUANTITY_UNIT).floor().toNumber());
  }

  /** All that stands, for those who compare. */
  get contents(): {
    readonly reservations: ReadonlyMap<string, Reservation>;
    readonly positions: ReadonlyMap<string, Decimal>;
    readonly sums: ReadonlyMap<string, SideSums>;
  } {
    const reservations = new Map([...this.held].map(([id, { reservation }]) => [id, reservation]));
    return { reservations, positions: this.positions, sums: this.sides };
  }

  /** The refusal's code, an answer that judges nothing, or nothing. */
  private examine(
    request: ReserveRequest,
    held: Held | undefined,
    figures: (number | string)[],
  ): string | ReserveReply | undefined {
    const { limits, side, funds, marks, symbol, quantity } = request;
    const { position, gross, equity, openOrders } = limits;
    const isBounded = [openOrders, position, gross, equity].some((limit) => limit !== undefined);
    if (!isBounded && !funds && !request.reduceOnly) return undefined;
    const survey = this.survey(request, held);
    const own = survey.stakes.get(symbol) ?? noStake(symbol);
    [figures[0], figures[1], figures[6]] = [own.position, own[side].left, survey.openOrders];
    if (request.reduceOnly) {
      const isAgainst = side === 'BUY' ? own.position < 0 : own.position > 0;
      const together = request.state === 'REDUCING' ? quantity + own[side].left : quantity;
      if (!isAgainst || (!request.closes && together > Math.abs(own.position)))
        return 'REDUCE_ONLY_NOT_REDUCING';
    }
    if (openOrders !== undefined && survey.openOrders >= openOrders) return 'OPEN_ORDERS_ABOVE_MAXIMUM';
    if (funds) {
      const wallet = this.wallets.get(funds.asset) ?? 0;
      const committed = Math.max(survey.committed, funds.locked);
      figures.push(wallet, committed, funds.needed);
      if (funds.needed > wallet - committed) return 'FUNDS_INSUFFICIENT';
    }
    if (request.reduceOnly || (own.isSpot && side === 'SELL')) return undefined;
    const [price, leverage] = marks[symbol] ?? [undefined, 1];
    const before = worstOf(withMore(own, side, request.restingLeft, request.resting), price);
    const after = worstOf(withMore(own, side, quantity, request.notional), price);
    let others = 0;
    let margin = own.isSpot ? 0 : marginOf(after, leverage);
    for (const [key, stake] of survey.stakes) {
      if (key === symbol) continue;
      const [mark, itsLeverage] = marks[key] ?? [undefined, 1];
      const isJudged = after > before && (gross !== undefined || equity !== undefined);
      if (mark === undefined && stake.position !== 0 && isJudged) return ['MARK', key];
      const worst = worstOf(stake, mark);
      others += worst;
      if (!stake.isSpot) margin += marginOf(worst, itsLeverage);
    }
    [figures[2], figures[3], figures[4], figures[5]] = [before, after, others, margin];
    if (after <= before) return undefined;
    if (position !== undefined && after > position) return 'POSITION_ABOVE_MAXIMUM';
    if (gross !== undefined && after + others > gross) return 'GROSS_ABOVE_MAXIMUM';
    if (equity !== undefined && margin > equity) return 'MARGIN_INSUFFICIENT';
    return undefined;
  }

  private survey({ funds }: ReserveRequest, held: Held | undefined): Survey {
    const stakes = new Map<string, SymbolStake>();
    for (const [key, position] of this.positions)
      stakes.set(key, { ...noStake(key), position: inUnits(position) });
    const ownSide = held && sideKey(held.reservation);
    let [openOrders, committed] = [0, 0];
    for (const [name, all] of this.sides) {
      const sums = held && name === ownSide ? added(all, held.adds, -1) : all;
      const [key, side] = [name.slice(0, name.lastIndexOf(':')), name.endsWith('BUY') ? 'BUY' : 'SELL'];
      openOrders += sums[0]!;
      const stake = stakes.get(key) ?? noStake(key);
      stakes.set(key, { ...stake, [side]: restingSide(sums) });
      const assets = funds?.pairs[key];
      // Where the pair is not known it may be any.
      const maySpend = !assets || assets[side === 'SELL' ? 0 : 1] === funds?.asset;
      if (funds && stake.isSpot && maySpend) committed += figureOf(sums, SPENDS);
    }
    return { stakes, openOrders, committed };
  }

  private write(id: string, next: Held | undefined): void {
    const held = this.held.get(id);
    if (held) this.count(held, -1);
    if (next) {
      this.held.set(id, next);
      this.count(next, 1);
    } else this.held.delete(id);
  }

  private count({ reservation, adds }: Held, sign: 1 | -1): void {
    const key = sideKey(reservation);
    const sums = added(this.sides.get(key) ?? NO_SUMS, adds, sign);
    if (sums[0] === 0) this.sides.delete(key);
    else this.sides.set(key, sums);
  }
}

const marginOf = (stake: number, leverage: number): number => Math.ceil(stake / leverage - 0.01) + 0;

/** A position of more places than ours is rounded away from zero. */
function inUnits(position: Decimal): number {
  const units = position.toNumber() * QUANTITY_UNIT;
  return Math.sign(units) * Math.ceil(Math.abs(units) - 1e-3);
}

function isSame(one: Reservation, other: Reservation): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Reservation>;
  return [...names].every((name) => one[name] === other[name]);
}
