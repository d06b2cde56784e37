/**
 * What one replica knows of the stops. It only ever gets stricter from what it reads; it is lowered by a clear that
 * names what it knows, and by nothing else. Until both stores have been read its state is not known, and then
 * nothing may trade.
 */
import {
  ClearedStop,
  HaltRecord,
  OpenStop,
  isEnded,
  stopInForce,
  uniteClears,
  uniteStops,
} from './halt-record';

export class HaltMemory {
  private open: readonly OpenStop[] = [];
  private wished: readonly OpenStop[] = [];
  private cleared: readonly ClearedStop[] = [];
  private highestEpoch = 0;
  private durableEpochs: ReadonlyMap<string, number> = new Map();
  private both = false;

  /** Whether Redis and the durable record have both been read since this process began. */
  get isKnown(): boolean {
    return this.both;
  }

  get epoch(): number {
    return this.highestEpoch;
  }

  /** All that is in force here, wishes that no store has taken yet included. */
  get stops(): readonly OpenStop[] {
    return this.wished.length === 0 ? this.open : uniteStops(this.open, this.wished, this.cleared);
  }

  /** What the stores have, or have to be told. */
  get taken(): readonly OpenStop[] {
    return this.open;
  }

  get clears(): readonly ClearedStop[] {
    return this.cleared;
  }

  /** A stop that somebody asks for is in force here before any store has it; its turn to be told comes after. */
  wish(stop: OpenStop): void {
    this.wished = [...this.wished, stop];
  }

  /** The wish has become a stop that was learned, or another one already does all of it. */
  forgetWish({ stopId }: OpenStop): void {
    this.wished = this.wished.filter((stop) => stop.stopId !== stopId);
  }

  /** Stops read anywhere: more of them can come, none can go. */
  learnStops(stops: readonly OpenStop[], epoch: number): void {
    this.open = uniteStops(this.open, stops, this.cleared);
    this.raise(epoch);
  }

  /** The durable record: its clears are the only way down. */
  learnRecord(record: HaltRecord): void {
    this.cleared = uniteClears(this.cleared, record.cleared);
    this.open = uniteStops(this.open, record.stops, this.cleared);
    this.durableEpochs = new Map(record.stops.map(({ stopId, epoch }) => [stopId, epoch]));
    this.raise(record.epoch);
  }

  /** Both stores have been read: from now on the state is known. */
  bothRead(): void {
    this.both = true;
  }

  /** Whether the newest record read has this version of the stop. */
  isDurable({ stopId, epoch }: OpenStop): boolean {
    return (this.durableEpochs.get(stopId) ?? -1) >= epoch;
  }

  isEnded(stop: ClearedStop): boolean {
    return isEnded(stop, this.cleared);
  }

  stopFor(symbol: string, botConfigId: string | undefined): OpenStop | undefined {
    return stopInForce(this.stops, symbol, botConfigId);
  }

  private raise(epoch: number): void {
    this.highestEpoch = Math.max(this.highestEpoch, epoch, ...this.open.map((stop) => stop.epoch));
  }
}
