/** What the exchange refused, told to those who know what a code says about the account or about its rules. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Placement } from './order-entry';

export interface PlacementRefusal {
  readonly market: Market;
  readonly code: string;
  readonly reason: string;
}

@Injectable()
export class PlacementRefusals {
  private readonly listeners: ((refusal: PlacementRefusal) => void)[] = [];

  listen(listener: (refusal: PlacementRefusal) => void): void {
    this.listeners.push(listener);
  }

  /** Hands the placement on; of a refused one the listeners hear first. */
  seen<Placed extends Placement>(market: Market, placement: Placed): Placed {
    if (placement.kind === 'refused') {
      const { code, reason } = placement;
      for (const listener of this.listeners) listener({ market, code, reason });
    }
    return placement;
  }
}
