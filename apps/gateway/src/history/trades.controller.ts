import { countTrades, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { ORDER_SIDES } from '@elvis/trading';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { exportStream, toTradeBody } from './trade-export';
import { TradeCountQuery, TradeQuery } from './trade-query.dto';
import { Describe } from '../openapi/describe';
import { cursor, direction, pageSize, queryParameter } from '../openapi/parameters';
import { clientOrderId, symbol, uuid } from '../openapi/schema-parts';
import { Json, listOf, oneOf } from '../openapi/shape';

const time: Json = { type: 'string', description: 'ISO 8601.' };
const tradeFilters = [
  queryParameter('symbol', symbol, 'Only this symbol.'),
  queryParameter('side', oneOf(ORDER_SIDES), 'Only this side.'),
  queryParameter('botConfigId', uuid, 'Only this bot.'),
  queryParameter('clientOrderId', clientOrderId, 'Only the fills of this order.'),
  queryParameter('from', time, 'Inclusive.'),
  queryParameter('to', time, 'Exclusive.'),
];

const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' } as const;

/** Our fills, newest first. */
@ApiTags('History')
@Controller('api/v1/trades')
export class TradesController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Describe({
    id: 'listTrades',
    summary: 'Our fills, newest first',
    parameters: [
      ...tradeFilters,
      cursor,
      direction,
      pageSize('Page size; ignored for CSV and NDJSON.'),
      queryParameter(
        'format',
        { ...oneOf(['json', 'csv', 'ndjson']), default: 'json' },
        'Format of the answer.',
      ),
    ],
    answers: {
      200: {
        description: 'One page as JSON, or all fills as CSV or NDJSON.',
        schema: listOf('Trade'),
        otherTypes: {
          'text/csv': { schema: { type: 'string' } },
          'application/x-ndjson': { schema: { type: 'string' } },
        },
      },
    },
  })
  @Needs('read')
  async list(@Query() { format, ...query }: TradeQuery, @Res() reply: FastifyReply): Promise<void> {
    const filter = inMilliseconds(query);
    if (format !== 'json') {
      const { cursor: _, direction: __, limit: ___, ...every } = filter;
      const lines = await exportStream(this.bus, every, format);
      // A file to keep, under a name of ours: never a page that a browser shows.
      reply.header('content-disposition', `attachment; filename="trades.${format}"`);
      void reply.type(TYPES[format]).send(lines);
      return;
    }
    const { items, ...cursors } = await this.bus.request(listTrades, filter);
    sendAnswer(reply, { status: 200, body: { items: items.map(toTradeBody), ...cursors } });
  }

  @Get('count')
  @Describe({
    id: 'countTrades',
    summary: 'Count fills',
    parameters: tradeFilters,
    answers: { 200: { description: 'The count.', schema: 'Count', example: { count: 12 } } },
  })
  @Needs('read')
  count(@Query() query: TradeCountQuery): Promise<{ count: number }> {
    return this.bus.request(countTrades, inMilliseconds(query));
  }
}
