import { getBotPerformance, listBotSummaries, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { withIsoTimes } from '../rest/iso-time';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { BotId, BotQuery, BotSummaryQuery, BotTradesQuery } from './figures.dto';

/** How bots did; bots themselves come later. */
@Controller('api/v1/bots')
export class BotsController {
  constructor(private readonly bus: Bus) {}

  @Get('summary')
  @Needs('read')
  async summary(@Query() query: BotSummaryQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listBotSummaries, inMilliseconds(query)));
  }

  @Get(':id/performance')
  @Needs('read')
  async performance(@Param() { id: botConfigId }: BotId, @Query() query: BotQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getBotPerformance, { ...inMilliseconds(query), botConfigId }));
  }

  @Get(':id/trades')
  @Needs('read')
  async trades(@Param() { id: botConfigId }: BotId, @Query() query: BotTradesQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listTrades, { ...inMilliseconds(query), botConfigId }));
  }
}
