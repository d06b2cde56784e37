import { countTrades, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer';
import { inMilliseconds } from '../http/time-range';
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
      void reply.type(TYPES[format]).send(await exportStream(this.bus, every, format));
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
