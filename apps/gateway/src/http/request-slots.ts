/**
 * Requests under way, bounded in all, per address and per caller: above the bound one is refused at once, which is better than a
 * queue in which everybody waits too long. Ways out (cancels, the kill switch) have room of their own when it is full.
 */
import { Health, Metrics } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { GatewayConfig } from '../gateway.config';

/** Room for ways out alone, in all and for one address. */
const WAYS_OUT = { inAll: 128, perOne: 32 } as const;
/** Full for this long without one request that ended: nothing comes in any more. */
const STUCK_MS = 3_000;

/** `always` is for the stop of the one key that needs no other service. */
export type Entrance = 'ordinary' | 'way-out' | 'always';

interface SlotBounds {
  readonly inAll: number;
  readonly perOne: number;
}

/** Gives the slot back; the second call and all after it do nothing. */
export type Slot = () => void;

/** Counts what is under way, in all and for each one who asks: an address, or a caller. */
class Room {
  used = 0;
  private readonly counts = new Map<string, number>();

  constructor(readonly bounds: SlotBounds) {}

  hasPlace(one: string): boolean {
    return this.used < this.bounds.inAll && (this.counts.get(one) ?? 0) < this.bounds.perOne;
  }

  add(one: string): void {
    this.used += 1;
    this.counts.set(one, (this.counts.get(one) ?? 0) + 1);
  }

  remove(one: string): void {
    this.used -= 1;
    const left = (this.counts.get(one) ?? 1) - 1;
    if (left === 0) this.counts.delete(one);
    else this.counts.set(one, left);
  }
}

@Injectable()
export class RequestSlots {
  private readonly ordinary: Room;
  private readonly waysOut = new Room(WAYS_OUT);
  private readonly callers: Room;
  private fullSinceMs: number | undefined;

  constructor(config: GatewayConfig, metrics: Metrics, health: Health) {
    this.ordinary = new Room({
      inAll: config.MAX_REQUESTS_IN_FLIGHT,
      perOne: config.MAX_REQUESTS_PER_ADDRESS,
    });
    this.callers = new Room({ inAll: Infinity, perOne: config.MAX_REQUESTS_PER_ADDRESS });
    metrics.gaugeOf(
      'gateway_requests_in_flight',
      'Requests in progress',
      () => this.ordinary.used + this.waysOut.used,
    );
    health.require('rest', () => this.fault());
  }

  /** A slot for a request of this address, or undefined if there is none. */
  acquire(address: string, entrance: Entrance): Slot | undefined {
    if (this.ordinary.hasPlace(address)) return this.enter(this.ordinary, address);
    if (entrance === 'ordinary') return undefined;
    if (entrance === 'always' || this.waysOut.hasPlace(address)) return this.enter(this.waysOut, address);
    return undefined;
  }

  /** The same for a caller, whatever the address. */
  acquireForCaller(actor: string): Slot | undefined {
    return this.callers.hasPlace(actor) ? this.enter(this.callers, actor) : undefined;
  }

  /** Undefined while requests come in. */
  private fault(): string | undefined {
    const isStuck = this.fullSinceMs !== undefined && performance.now() - this.fullSinceMs >= STUCK_MS;
    return isStuck
      ? `requests are refused: ${this.ordinary.used} are in progress and none has finished for 3 s`
      : undefined;
  }

  private enter(room: Room, one: string): Slot {
    room.add(one);
    if (this.ordinary.used >= this.ordinary.bounds.inAll) this.fullSinceMs ??= performance.now();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      room.remove(one);
      if (room === this.ordinary) this.fullSinceMs = undefined;
    };
  }
}
