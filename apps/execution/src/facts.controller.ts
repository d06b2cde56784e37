import {
  AccountView,
  DepthSnapshot,
  FreshPosition,
  GetAccount,
  GetDepth,
  GetFreshPosition,
  ListInstruments,
  getAccount,
  getDepth,
  getFreshPosition,
  listInstruments,
} from '@elvis/contracts';
import { InstrumentMessage } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccountFacts } from './account-facts';
import { FreshPositions } from './fresh-positions';
import { Venue } from './venue';

@Controller()
export class FactsController {
  constructor(
    private readonly facts: AccountFacts,
    private readonly venue: Venue,
    private readonly fresh: FreshPositions,
  ) {}

  @MessagePattern(getAccount.subject)
  account(@Payload() { market }: GetAccount): Promise<AccountView> {
    return this.facts.account(market);
  }

  @MessagePattern(getFreshPosition.subject)
  freshPosition(@Payload() { symbol }: GetFreshPosition): Promise<FreshPosition> {
    return this.fresh.of(symbol);
  }

  @MessagePattern(listInstruments.subject)
  async instruments(
    @Payload() { market, symbol }: ListInstruments,
  ): Promise<{ readonly instruments: readonly InstrumentMessage[] }> {
    return { instruments: await this.facts.instrumentsOf(market, symbol) };
  }

  @MessagePattern(getDepth.subject)
  depth(@Payload() { market, symbol, limit }: GetDepth): Promise<DepthSnapshot> {
    return this.venue.depth(market, symbol, limit);
  }
}
