/**
 * One timer for all streams of this gateway. A lane is one thing that one client is sent at a pace; armed, it is called
 * at its next start, and between two starts nothing is called at all.
 */
import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { SLOT_MS, nextStart, slotsOf } from '../domain/cadence';
import { TimerWheel } from '../domain/timer-wheel';

export class Lane {
  private interval: number;
  private last = -Infinity;
  /** The slot it is armed for; undefined while it is not. */
  due: number | undefined;

  /**
   * @param phase where its intervals lie, any whole number
   * @param fire  is told the time of the slot, the same number for all lanes of a slot
   */
  constructor(
    intervalMs: number,
    private readonly phase: number,
    readonly fire: (nowMs: number) => void,
  ) {
    this.interval = slotsOf(intervalMs);
  }

  setInterval(intervalMs: number): void {
    this.interval = slotsOf(intervalMs);
  }

  /** Something left in this slot, so the next start is a whole interval later. */
  used(slot: number): void {
    this.last = slot;
  }

  /** Whether a whole interval has passed since something left. */
  isFree(slot: number): boolean {
    return slot >= this.last + this.interval;
  }

  startAfter(slot: number): number {
    return nextStart(this.last, slot, this.interval, this.phase);
  }
}

@Injectable()
export class Ticks implements OnModuleDestroy {
  private readonly wheel = new TimerWheel<{ readonly lane: Lane; readonly due: number }>(slotNow());
  private timer: NodeJS.Timeout | undefined;

  /** The newest slot that is over. */
  get slot(): number {
    if (this.wheel.isEmpty) this.wheel.advance(slotNow());
    return this.wheel.now;
  }

  arm(lane: Lane): void {
    if (lane.due !== undefined) return;
    this.add(lane, lane.startAfter(this.slot));
    this.timer ??= setTimeout(this.run, SLOT_MS).unref();
  }

  /** The lane is not called again until it is armed again. */
  disarm(lane: Lane): void {
    lane.due = undefined;
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private readonly run = (): void => {
    const nowMs = performance.now();
    const slot = Math.floor(nowMs / SLOT_MS);
    for (const { lane, due } of this.wheel.advance(slot)) {
      if (lane.due !== due) continue;
      // Its interval may have grown since it was armed.
      const start = lane.startAfter(due - 1);
      if (start > slot) this.add(lane, start);
      else {
        lane.due = undefined;
        lane.used(due);
        lane.fire(nowMs);
      }
    }
    const nextMs = (slot + 1) * SLOT_MS - performance.now();
    this.timer = this.wheel.isEmpty ? undefined : setTimeout(this.run, Math.max(1, nextMs)).unref();
  };

  private add(lane: Lane, slot: number): void {
    lane.due = slot;
    this.wheel.add({ lane, due: slot }, slot);
  }
}

const slotNow = (): number => Math.floor(performance.now() / SLOT_MS);
