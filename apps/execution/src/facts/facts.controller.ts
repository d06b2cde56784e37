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
import { ExecutionConfig } from '../execution.config';
import { FreshPositions } from './fresh-positions';
import { InstrumentCache } from '../venue/instrument-cache';
import { askedBy } from '../limiter/calls/asker';
import { VenueMarkets } from '../venue/venue-markets';

@Controller()
export class FactsController {
  constructor(
    private readonly facts: AccountFacts,
    private readonly instruments: InstrumentCache,
    private readonly venue: VenueMarkets,
    private readonly fresh: FreshPositions,
    private readonly config: ExecutionConfig,
  ) {}

  @MessagePattern(getAccount.subject)
  account(@Payload() { market, maxAgeMs }: GetAccount): Promise<AccountView> {
    return askedBy('account-query', () => this.facts.account(market, maxAgeMs));
  }

  @MessagePattern(getFreshPosition.subject)
  freshPosition(@Payload() { symbol }: GetFreshPosition): Promise<FreshPosition> {
    return askedBy('position-query', () => this.fresh.readPosition(symbol));
  }

  @MessagePattern(listInstruments.subject)
  async listInstruments(
    @Payload() { market, symbol, newerThanMs }: ListInstruments,
  ): Promise<InstrumentList> {
    const isMarketTraded = this.config.markets().includes(market);
    // A market whose address nobody named cannot be asked, and has nothing for us.
    if (!isMarketTraded && symbol === undefined) return { instruments: [], isMarketTraded };
    const { messages, asOfMs } = await this.instruments.listedOn(market);
    if (newerThanMs !== undefined && asOfMs <= newerThanMs)
      return { instruments: [], asOfMs, isUnchanged: true, isMarketTraded };
    const instruments =
      symbol === undefined ? messages : [await this.instruments.findInstrument(market, symbol)];
    return { instruments, asOfMs, isMarketTraded };
  }

  @MessagePattern(getDepth.subject)
  depth(@Payload() { market, symbol, limit }: GetDepth): Promise<DepthSnapshot> {
    return askedBy('depth-query', () => this.venue[market].depth(symbol, limit));
  }
}
