import { getBotPerformance, listBotSummaries, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { ORDER_SIDES } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { withIsoTimes } from '../rest/iso-time';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { BotId, BotQuery, BotSummaryQuery, BotTradesQuery } from './figures.dto';
import { cursor, direction, pageSize, pathParameter, queryParameter } from '../openapi/parameters';
import { symbol, uuid } from '../openapi/schema-parts';
import { listOf, many, oneOf, shape } from '../openapi/shape';
import { Figure, pnl, range, stats } from './figure-description';

/** How bots did; bots themselves come later. */
@ApiTags('Figures')
@Controller('api/v1/bots')
export class BotsController {
  constructor(private readonly bus: Bus) {}

  @Get('summary')
  @Figure(
    'botSummaries',
    'Results of all bots',
    shape({
      items: many(
        shape({
          botConfigId: 'text',
          name: 'text?',
          strategy: 'text?',
          symbol: 'text?',
          status: 'text?',
          lastTradeAt: 'time?',
          ...pnl,
        }),
      ),
    }),
    range,
  )
  @Needs('read')
  async summary(@Query() query: BotSummaryQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listBotSummaries, inMilliseconds(query)));
  }

  @Get(':id/performance')
  @Figure(
    'botPerformance',
    'Results of one bot by day',
    shape({
      botConfigId: 'text',
      name: 'text?',
      strategy: 'text?',
      status: 'text?',
      pnl: shape(pnl),
      stats: shape(stats),
      firstTradeAt: 'time?',
      lastTradeAt: 'time?',
      daily: many(shape({ day: 'text', net: 'signed', cumulative: 'signed' })),
    }),
    [pathParameter('id', uuid, '`botConfigId`.'), ...range],
  )
  @Needs('read')
  async performance(@Param() { id: botConfigId }: BotId, @Query() query: BotQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getBotPerformance, { ...inMilliseconds(query), botConfigId }));
  }

  @Get(':id/trades')
  @Figure('botTrades', 'The fills of one bot, newest first', listOf('Trade'), [
    pathParameter('id', uuid, '`botConfigId`.'),
    queryParameter('symbol', symbol, 'Only this symbol.'),
    queryParameter('side', oneOf(ORDER_SIDES), 'Only this side.'),
    cursor,
    direction,
    pageSize(),
    ...range,
  ])
  @Needs('read')
  async trades(@Param() { id: botConfigId }: BotId, @Query() query: BotTradesQuery): Promise<unknown> {
    return withIsoTimes(await this.bus.request(listTrades, { ...inMilliseconds(query), botConfigId }));
  }
}
