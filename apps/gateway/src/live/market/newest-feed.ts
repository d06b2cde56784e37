/** A topic whose newest update replaces the ones before: order books, tickers, references. */
import { Frame } from '../frames/frame';
import { Aged, TopicFeed, ageOf, marketFrame } from './topic-feed';

interface Update extends Aged {
  readonly symbol: string;
}

export class NewestFeed implements TopicFeed<Update> {
  version = 0;
  heardAtMs = -Infinity;
  private update: Update | undefined;
  private text = '';
  private framed: { readonly atMs: number; readonly frame: Frame } | undefined;

  constructor(private readonly topic: string) {}

  hear(update: Update, nowMs: number): void {
    this.update = update;
    this.heardAtMs = nowMs;
    this.version += 1;
    this.text = '';
    this.framed = undefined;
  }

  seed([update]: readonly Update[], nowMs: number): void {
    if (update && this.version === 0) this.hear(update, nowMs);
  }

  frame(_: number | undefined, nowMs: number): Frame {
    if (!this.update) throw new Error(`Nothing was heard of ${this.topic} yet; this is a bug`);
    if (this.framed?.atMs === nowMs) return this.framed.frame;
    this.text ||= JSON.stringify(dataOf(this.update));
    const ageMs = ageOf(this.update, this.heardAtMs, nowMs);
    const frame = marketFrame(this.topic, this.update.eventTimeMs, ageMs, this.text);
    this.framed = { atMs: nowMs, frame };
    return frame;
  }
}

/** Symbol and times stand beside the data. */
const dataOf = ({
  symbol: _,
  eventTimeMs: __,
  atMs: ___,
  ageMs: ____,
  ...data
}: Update & { readonly atMs?: number }): object => data;
