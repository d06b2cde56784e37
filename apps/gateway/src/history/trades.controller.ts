import { countTrades, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { inMilliseconds } from '../rest/time-range';
import { Needs } from '../identity/caller';
import { exportStream, toTradeBody } from './trade-export';
import { TradeCountQuery, TradeQuery } from './trade-query.dto';

const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' } as const;

/** Our fills, newest first; the root addresses are those of the old API. */
@Controller(['api/v1/trades', 'trades'])
export class TradesController {
  constructor(private readonly bus: Bus) {}

  @Get()
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
  @Needs('read')
  count(@Query() query: TradeCountQuery): Promise<{ count: number }> {
    return this.bus.request(countTrades, inMilliseconds(query));
  }
}
