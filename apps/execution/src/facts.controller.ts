import {
  AccountView,
  DepthSnapshot,
  FreshPosition,
  GetAccount,
  GetDepth,
  GetFreshPosition,
  InstrumentList,
  ListInstruments,
  getAccount,
  getDepth,
  getFreshPosition,
  listInstruments,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccountFacts } from './account-facts';
import { ExecutionConfig } from './execution.config';
import { FreshPositions } from './fresh-positions';
import { Venue } from './venue';

@Controller()
export class FactsController {
  constructor(
    private readonly facts: AccountFacts,
    private readonly venue: Venue,
    private readonly fresh: FreshPositions,
    private readonly config: ExecutionConfig,
  ) {}

  @MessagePattern(getAccount.subject)
  account(@Payload() { market, maxAgeMs }: GetAccount): Promise<AccountView> {
    return this.facts.account(market, maxAgeMs);
  }

  @MessagePattern(getFreshPosition.subject)
  freshPosition(@Payload() { symbol }: GetFreshPosition): Promise<FreshPosition> {
    return this.fresh.of(symbol);
  }

  @MessagePattern(listInstruments.subject)
  async instruments(@Payload() { market, symbol }: ListInstruments): Promise<InstrumentList> {
    const isMarketTraded = this.config.markets().includes(market);
    try {
      return { instruments: await this.facts.instrumentsOf(market, symbol), isMarketTraded };
    } catch (error) {
      // A market whose address nobody named cannot be asked, and has nothing for us.
      if (isMarketTraded || symbol !== undefined) throw error;
      return { instruments: [], isMarketTraded };
    }
  }

  @MessagePattern(getDepth.subject)
  depth(@Payload() { market, symbol, limit }: GetDepth): Promise<DepthSnapshot> {
    return this.venue.depth(market, symbol, limit);
  }
}
