/**
 * What an address has asked for without a key. A host may run two dozen bots that all ask for the market and name nobody:
 * so an address has more than a key has, and what it is told is nothing, because no single client could go by it. Each
 * replica counts what it hears itself; what is asked here costs the exchange nothing more.
 */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { METERS, Meter, windowAt } from './domain/allowance';

const KEYS_WORTH = 24;
const ADDRESSES_AT_MOST = 10_000;

interface Window {
  readonly number: number;
  readonly used: Map<string, number>;
}

@Injectable()
export class AddressUsage {
  private readonly windows = new Map<Market, Window>();

  /** The meter that this call exceeds, if any. */
  charge(address: string, market: Market, weight: number, nowMs: number): Meter | undefined {
    const meter = METERS[market].find(({ of }) => of === 'weight');
    if (!meter) return undefined;
    const number = windowAt(meter, nowMs);
    let window = this.windows.get(market);
    if (window?.number !== number) this.windows.set(market, (window = { number, used: new Map() }));
    // More addresses than this are no private network; those that come late share what one has.
    const name = window.used.has(address) || window.used.size < ADDRESSES_AT_MOST ? address : '';
    const used = (window.used.get(name) ?? 0) + weight;
    window.used.set(name, used);
    return used > KEYS_WORTH * meter.limit ? meter : undefined;
  }
}
