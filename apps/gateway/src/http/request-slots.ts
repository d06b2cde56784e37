/**
 * Requests under way, bounded in all and per address: above the bound one is refused at once, which is better than a
 * queue in which everybody waits too long. Ways out (cancels, the kill switch) have room of their own when it is full.
 */
import { Health, Metrics } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { GatewayConfig } from '../gateway.config';

/** Room for ways out alone, in all and for one address. */
const WAYS_OUT = { inAll: 128, perAddress: 32 } as const;
/** Full for this long without one request that ended: nothing comes in any more. */
const STUCK_MS = 3_000;

/** `always` is for the stop of the one key that needs no other service. */
export type Entrance = 'ordinary' | 'way-out' | 'always';

interface SlotBounds {
  readonly inAll: number;
  readonly perAddress: number;
}

/** Gives the slot back; the second call and all after it do nothing. */
export type Slot = () => void;

class Room {
  used = 0;
  readonly perAddress = new Map<string, number>();

  constructor(readonly bounds: SlotBounds) {}

  hasPlace(address: string): boolean {
    return this.used < this.bounds.inAll && (this.perAddress.get(address) ?? 0) < this.bounds.perAddress;
  }

  add(address: string): void {
    this.used += 1;
    this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1);
  }

  remove(address: string): void {
    this.used -= 1;
    const left = (this.perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.perAddress.delete(address);
    else this.perAddress.set(address, left);
  }
}

@Injectable()
export class RequestSlots {
  private readonly ordinary: Room;
  private readonly waysOut = new Room(WAYS_OUT);
  private fullSinceMs: number | undefined;

  constructor(config: GatewayConfig, metrics: Metrics, health: Health) {
    this.ordinary = new Room({
      inAll: config.MAX_REQUESTS_IN_FLIGHT,
      perAddress: config.MAX_REQUESTS_PER_ADDRESS,
    });
    metrics.gaugeOf(
      'gateway_requests_in_flight',
      'Requests that hold a slot',
      () => this.ordinary.used + this.waysOut.used,
    );
    health.require('rest', () => this.fault());
  }

  /** A slot for a request of this address, or undefined if there is none. */
  take(address: string, entrance: Entrance): Slot | undefined {
    if (this.ordinary.hasPlace(address)) return this.enter(this.ordinary, address);
    if (entrance === 'ordinary') return undefined;
    if (entrance === 'always' || this.waysOut.hasPlace(address)) return this.enter(this.waysOut, address);
    return undefined;
  }

  /** Undefined while requests come in. */
  private fault(): string | undefined {
    const isStuck = this.fullSinceMs !== undefined && performance.now() - this.fullSinceMs >= STUCK_MS;
    return isStuck ? `REST refuses requests: ${this.ordinary.used} are under way and none ends` : undefined;
  }

  private enter(room: Room, address: string): Slot {
    room.add(address);
    if (this.ordinary.used >= this.ordinary.bounds.inAll) this.fullSinceMs ??= performance.now();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      room.remove(address);
      if (room === this.ordinary) this.fullSinceMs = undefined;
    };
  }
}
