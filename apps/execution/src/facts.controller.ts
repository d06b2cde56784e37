import {
  AccountView,
  DepthSnapshot,
  GetAccount,
  GetDepth,
  ListInstruments,
  getAccount,
  getDepth,
  listInstruments,
} from '@elvis/contracts';
import { InstrumentMessage } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccountFacts } from './account-facts';
import { Venue } from './venue';

@Controller()
export class FactsController {
  constructor(
    private readonly facts: AccountFacts,
    private readonly venue: Venue,
  ) {}

  @MessagePattern(getAccount.subject)
  account(@Payload() { market }: GetAccount): Promise<AccountView> {
    return this.facts.account(market);
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
