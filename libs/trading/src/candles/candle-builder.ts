/**
 * Makes the minutes of one symbol out of its trades, and lets none leave before it is final.
 *
 * A minute is final when a trade of a later minute has come, or the exchange's clock is past it by a grace, and the ids of
 * all trades are without a hole. Where one is missing (a hole in the ids, a connection that began in the middle) the minute
 * is broken: it waits for the exchange's own candle, and what follows waits behind it, so minutes leave in order of time and
 * without a hole. Trades that come for a minute that has left make another revision of it: one, when they have ended.
 */
import {
  AggregateTrade,
  Candle,
  MINUTE_MS,
  SealedBy,
  SealedMinute,
  differingFigures,
  minuteOf,
} from './candle';
import { Tally, quietCandle } from './tally';

export interface BuilderTerms {
  /** How far the exchange's clock must be past a minute before no trade of it is waited for any more. */
  readonly graceMs: number;
  /** The last minute that has left, of an earlier run: what came since then is asked for. */
  readonly after?: Pick<SealedMinute, 'openTimeMs' | 'close' | 'lastId'>;
}

export interface FormingMinute extends Candle {
  /** Whether all its trades so far were heard. */
  readonly isWhole: boolean;
}

/** Whole minutes, `toMs` exclusive. */
export interface MissingMinutes {
  readonly fromMs: number;
  readonly toMs: number;
}

interface PendingMinute {
  tally?: Tally;
  isBroken: boolean;
  /** Final, by what; and the last trade's id by then. */
  closed?: { readonly by: SealedBy; readonly lastId: number | undefined };
  repaired?: Candle;
}

interface SealedEarlier {
  candle: SealedMinute;
  tally?: Tally;
}

const NONE: readonly SealedMinute[] = [];
/** So long a minute that has left is remembered, for a trade that comes too late. */
const REMEMBERED_MS = 60 * MINUTE_MS;
/** A longer hole is not asked for minute by minute: the builder begins behind it, and the history has it filled. */
const LONGEST_HOLE_MS = 24 * 60 * MINUTE_MS;

export class CandleBuilder {
  private readonly pending = new Map<number, PendingMinute>();
  private readonly earlier = new Map<number, SealedEarlier>();
  /** Minutes that have left and got trades since then. */
  private readonly late = new Set<number>();
  /** The clock at the last of these trades. */
  private lateMs = -Infinity;
  /** Left by the clock before a hole was found that may reach into them. */
  private readonly doubtful = new Set<number>();
  private readonly graceMs: number;
  /** The minute that leaves next. */
  private next: number | undefined;
  /** Minutes before this one are over. */
  private overTo = -Infinity;
  private lastClose: string | undefined;
  private lastId: number | undefined;
  private lastTradeMs: number | undefined;
  private heardMs = -Infinity;
  /** A connection has begun and no trade has shown yet that none was missed. */
  private isUnproven = true;

  constructor({ graceMs, after }: BuilderTerms) {
    this.graceMs = graceMs;
    if (!after) return;
    this.next = after.openTimeMs + MINUTE_MS;
    this.lastClose = after.close;
    this.lastId = after.lastId;
    this.lastTradeMs = after.openTimeMs;
  }

  /** Takes the next trade, in the order of the stream; answers the minutes that are final by it. */
  trade(trade: AggregateTrade): readonly SealedMinute[] {
    const { lastId, lastTradeMs } = this;
    if (lastId !== undefined && trade.id <= lastId) return NONE;
    const openTimeMs = minuteOf(trade.timeMs);
    const isNext = lastId !== undefined && trade.id === lastId + 1;
    this.begin(openTimeMs);
    if (!isNext) this.breakUpTo(openTimeMs);
    this.isUnproven = false;
    this.lastId = trade.id;
    this.lastTradeMs = Math.max(trade.timeMs, lastTradeMs ?? 0);
    this.heardMs = Math.max(trade.timeMs, this.heardMs);
    const revised = this.reviseBefore(openTimeMs);
    if (openTimeMs < (this.next as number)) {
      this.addLate(openTimeMs, trade);
      return revised;
    }
    const minute = this.minuteAt(openTimeMs);
    (minute.tally ??= new Tally(openTimeMs)).add(trade);
    if (openTimeMs <= this.overTo) return revised;
    this.closeBefore(openTimeMs, { by: 'trade', lastId });
    return [...revised, ...this.release()];
  }

  /**
   * The exchange's clock, as a message said that came on the connection of the trades: what it sent before that has
   * arrived. Answers the minutes that are final by it.
   */
  clock(exchangeMs: number): readonly SealedMinute[] {
    if (exchangeMs <= this.heardMs) return NONE;
    this.heardMs = exchangeMs;
    this.begin(minuteOf(exchangeMs));
    const over = minuteOf(exchangeMs - this.graceMs);
    const revised = exchangeMs >= this.lateMs + this.graceMs ? this.reviseBefore(over) : NONE;
    if (over <= this.overTo) return revised;
    this.closeBefore(over, this.isUnproven ? undefined : { by: 'clock', lastId: this.lastId });
    return [...revised, ...this.release()];
  }

  /** Trades come from a new connection from here on; between it and the last one some may be missing. */
  connected(): void {
    this.isUnproven = true;
  }

  /** Minutes that are over and need the exchange's own candle; undefined if none does. */
  get missing(): MissingMinutes | undefined {
    const broken = [...this.pending]
      .filter(([openTimeMs, { isBroken, repaired }]) => isBroken && !repaired && this.isOver(openTimeMs))
      .map(([openTimeMs]) => openTimeMs);
    const all = [...broken, ...this.doubtful];
    if (all.length === 0) return undefined;
    return { fromMs: Math.min(...all), toMs: Math.max(...all) + MINUTE_MS };
  }

  /** Takes candles of the exchange in the place of broken minutes; answers the minutes that are final by them. */
  repair(candles: readonly Candle[]): readonly SealedMinute[] {
    const revised: SealedMinute[] = [];
    for (const candle of candles) {
      const { openTimeMs } = candle;
      if (!this.isOver(openTimeMs)) continue;
      const known = this.earlier.get(openTimeMs);
      this.late.delete(openTimeMs);
      if (this.doubtful.delete(openTimeMs) && known && differingFigures(known.candle, candle).length > 0)
        revised.push(this.revise(known, candle, 'repair'));
      const minute = this.pending.get(openTimeMs);
      if (minute?.isBroken) minute.repaired ??= candle;
    }
    return [...revised, ...this.release()];
  }

  /** The minute that is going on, for a page to look at; undefined before anything of it is known. */
  get forming(): FormingMinute | undefined {
    const openTimeMs = minuteOf(this.heardMs);
    const minute = this.pending.get(openTimeMs);
    if (minute?.tally) return { ...minute.tally.candle(), isWhole: !minute.isBroken };
    if (this.next !== openTimeMs || this.lastClose === undefined) return undefined;
    return { ...quietCandle(openTimeMs, this.lastClose, this.lastId), isWhole: !this.isUnproven };
  }

  private begin(openTimeMs: number): void {
    if (this.next !== undefined && openTimeMs - this.next <= LONGEST_HOLE_MS) return;
    this.pending.clear();
    this.doubtful.clear();
    this.next = this.overTo = openTimeMs;
    this.lastTradeMs = undefined;
    this.lastId = undefined;
    this.isUnproven = true;
  }

  /** What is missing may lie anywhere between the last trade and this minute. */
  private breakUpTo(openTimeMs: number): void {
    const next = this.next as number;
    const from = this.lastTradeMs === undefined ? next : minuteOf(this.lastTradeMs);
    for (let at = Math.min(from, openTimeMs); at <= openTimeMs; at += MINUTE_MS) {
      if (at >= next) this.minuteAt(at).isBroken = true;
      else if (this.earlier.get(at)?.candle.sealedBy === 'clock') this.doubtful.add(at);
    }
  }

  /** Minutes before this one are over: final with these terms, broken without. */
  private closeBefore(openTimeMs: number, closed: PendingMinute['closed']): void {
    for (let at = Math.max(this.next as number, this.overTo); at < openTimeMs; at += MINUTE_MS) {
      const minute = this.minuteAt(at);
      if (closed) minute.closed = closed;
      else minute.isBroken = true;
    }
    this.overTo = openTimeMs;
  }

  private release(): readonly SealedMinute[] {
    const released: SealedMinute[] = [];
    for (;;) {
      const openTimeMs = this.next as number;
      const minute = this.pending.get(openTimeMs);
      const candle = minute && this.sealed(openTimeMs, minute);
      if (!candle) return released;
      released.push(candle);
      this.pending.delete(openTimeMs);
      this.earlier.set(openTimeMs, { candle, ...(!minute.isBroken && { tally: minute.tally }) });
      this.earlier.delete(openTimeMs - REMEMBERED_MS);
      this.next = openTimeMs + MINUTE_MS;
      this.lastClose = candle.close;
    }
  }

  private sealed(openTimeMs: number, minute: PendingMinute): SealedMinute | undefined {
    const { tally, isBroken, closed, repaired } = minute;
    if (isBroken) return repaired && { ...repaired, revision: 1, sealedBy: 'repair' };
    if (!closed) return undefined;
    if (tally) return { ...tally.candle(), revision: 1, sealedBy: closed.by };
    if (this.lastClose === undefined) {
      // No trade was ever heard: what the last price was only the exchange knows.
      minute.isBroken = true;
      return undefined;
    }
    return { ...quietCandle(openTimeMs, this.lastClose, closed.lastId), revision: 1, sealedBy: closed.by };
  }

  /** A minute that the exchange's candle was taken for has the trade already. */
  private addLate(openTimeMs: number, trade: AggregateTrade): void {
    const known = this.earlier.get(openTimeMs);
    if (!known || known.candle.sealedBy === 'repair') return;
    known.tally ??= new Tally(openTimeMs);
    known.tally.add(trade);
    this.late.add(openTimeMs);
    this.lateMs = this.heardMs;
  }

  /** Minutes before this one get no more trades. */
  private reviseBefore(openTimeMs: number): readonly SealedMinute[] {
    if (this.late.size === 0) return NONE;
    const over = [...this.late].filter((at) => at < openTimeMs).sort((one, other) => one - other);
    return over.flatMap((at) => {
      this.late.delete(at);
      const known = this.earlier.get(at);
      return known?.tally ? [this.revise(known, known.tally.candle(), 'trade')] : [];
    });
  }

  private revise(known: SealedEarlier, candle: Candle, sealedBy: SealedBy): SealedMinute {
    known.candle = { ...candle, revision: known.candle.revision + 1, sealedBy };
    return known.candle;
  }

  private minuteAt(openTimeMs: number): PendingMinute {
    let minute = this.pending.get(openTimeMs);
    if (!minute) this.pending.set(openTimeMs, (minute = { isBroken: false }));
    return minute;
  }

  private isOver(openTimeMs: number): boolean {
    return openTimeMs + MINUTE_MS + this.graceMs <= this.heardMs;
  }
}
