/** What a key's bot holds: only of that it sees positions and coins, for all else of the account is somebody else's. */
import { SymbolLease, listSymbolLeases } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { KeyHolder } from '../keys/front-keys';

@Injectable()
export class Leases {
  constructor(private readonly bus: Bus) {}

  /** By futures symbol, or spot coin. @throws TradingFailure they could not be asked for, and nothing is shown instead */
  async of({ actor }: KeyHolder, market: Market): Promise<ReadonlyMap<string, SymbolLease>> {
    const { items } = await this.bus.request(listSymbolLeases, {});
    return new Map(
      items
        .filter((lease) => lease.market === market && lease.holder === actor)
        .map((lease) => [lease.subject, lease]),
    );
  }
}
