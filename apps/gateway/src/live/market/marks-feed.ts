/** The mark prices of all symbols, as one topic: each frame has those that changed since the one before. */
import { MarkUpdate } from '@elvis/contracts';
import { Frame } from '../frames/frame';
import { TopicFeed, ageOf, marketFrame } from './topic-feed';

interface Heard {
  readonly update: MarkUpdate;
  readonly version: number;
  readonly heardAtMs: number;
}

export class MarksFeed implements TopicFeed<MarkUpdate> {
  version = 0;
  heardAtMs = -Infinity;
  private readonly heard = new Map<string, Heard>();
  private readonly frames = new Map<number, Frame>();
  private framesAtMs = NaN;

  hear(update: MarkUpdate, nowMs: number): void {
    this.version += 1;
    this.heardAtMs = nowMs;
    this.heard.set(update.symbol, { update, version: this.version, heardAtMs: nowMs });
  }

  frame(known: number | undefined = 0, nowMs: number): Frame {
    if (nowMs !== this.framesAtMs) this.frames.clear();
    this.framesAtMs = nowMs;
    let frame = this.frames.get(known);
    if (!frame) {
      frame = this.make(known, nowMs);
      this.frames.set(known, frame);
    }
    return frame;
  }

  /** The times of the frame are those of its oldest mark. */
  private make(known: number, nowMs: number): Frame {
    const items = [...this.heard.values()]
      .filter(({ version }) => version > known)
      .map(({ update, heardAtMs }) => ({
        symbol: update.symbol,
        mark: update.mark,
        atMs: update.eventTimeMs,
        ageMs: ageOf(update, heardAtMs, nowMs),
      }));
    const atMs = Math.min(...items.map((item) => item.atMs));
    const ageMs = Math.max(...items.map((item) => item.ageMs));
    return marketFrame('marks', atMs, ageMs, JSON.stringify({ items }));
  }
}
