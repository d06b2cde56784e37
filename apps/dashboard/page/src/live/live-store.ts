/**
 * The newest of each topic, outside of React. Frames may come hundreds a second: listeners are told once a painted
 * frame at most, with everything that came since the one before.
 */
import type { MarketFrame } from './messages';

export interface HeldFrame extends MarketFrame {
  /** When it came, by the monotonic clock. */
  readonly receivedMs: number;
}

export type FrameListener = (frames: readonly HeldFrame[]) => void;

export class LiveStore {
  private readonly newest = new Map<string, HeldFrame>();
  private readonly listeners = new Map<string, Set<FrameListener>>();
  private waiting = new Map<string, HeldFrame[]>();
  private isScheduled = false;

  /** @param schedule calls back when the next frame is painted: `requestAnimationFrame` in a browser */
  constructor(private readonly schedule: (paint: () => void) => void) {}

  put(frame: MarketFrame, receivedMs: number): void {
    const held = { ...frame, receivedMs };
    this.newest.set(frame.topic, held);
    if (!this.listeners.has(frame.topic)) return;
    const waiting = this.waiting.get(frame.topic);
    if (waiting) waiting.push(held);
    else this.waiting.set(frame.topic, [held]);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule(() => this.paint());
  }

  get(topic: string): HeldFrame | undefined {
    return this.newest.get(topic);
  }

  /** Nobody looks at it any more: what comes later begins anew, and an old figure is never shown as a new one. */
  forget(topic: string): void {
    this.newest.delete(topic);
    this.waiting.delete(topic);
  }

  listen(topic: string, listener: FrameListener): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(topic);
    };
  }

  private paint(): void {
    const { waiting } = this;
    this.waiting = new Map();
    this.isScheduled = false;
    for (const [topic, frames] of waiting)
      for (const listener of this.listeners.get(topic) ?? []) listener(frames);
  }
}
