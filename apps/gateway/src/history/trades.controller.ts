import { ListTrades, TradeFilter, countTrades, listTrades } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { FastifyReply } from 'fastify';
import { Needs } from '../identity/caller';
import { sendAnswer } from '../http/send-answer';
import { begun, csvLines, ndjsonLines, toTradeBody } from './trade-export';
import { TradeCountQuery, TradeQuery, toMilliseconds } from './trade-query.dto';

const EXPORTS = {
  csv: { type: 'text/csv; charset=utf-8', lines: csvLines },
  ndjson: { type: 'application/x-ndjson; charset=utf-8', lines: ndjsonLines },
} as const;

/** Our fills, newest first; the root addresses are those of the old API. */
@Controller(['api/v1/trades', 'trades'])
export class TradesController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Needs('read')
  async list(@Query() { format, ...query }: TradeQuery, @Res() reply: FastifyReply): Promise<void> {
    const filter: ListTrades = toMilliseconds(query) ?? noSuchTime();
    if (format !== 'json') {
      const { type, lines } = EXPORTS[format];
      void reply.type(type).send(await begun(lines(this.bus, filter)));
      return;
    }
    const { items, ...cursors } = await this.bus.request(listTrades, filter);
    sendAnswer(reply, { status: 200, body: { items: items.map(toTradeBody), ...cursors } });
  }

  @Get('count')
  @Needs('read')
  count(@Query() query: TradeCountQuery): Promise<{ count: number }> {
    const filter: TradeFilter = toMilliseconds(query) ?? noSuchTime();
    return this.bus.request(countTrades, filter);
  }
}

function noSuchTime(): never {
  throw new TradingFailure('MESSAGE_MALFORMED', 'from or to is a time that does not exist');
}
