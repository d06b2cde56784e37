import { CandleView, ListCandles, listCandles } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { CANDLE_INTERVALS } from '@elvis/trading';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OmitType, PickType } from '@nestjs/mapped-types';
import { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter, queryParameter, wholeNumber } from '../openapi/parameters';
import { orderFields, symbol } from '../openapi/schema-parts';
import { Json, oneOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';
import { IsoTimes, inMilliseconds } from '../rest/time-range';
import { SymbolName } from './market.controller';

const time: Json = { type: 'string', description: 'ISO 8601.' };

class CandleQuery extends OmitType(IsoTimes(ListCandles), ['symbol']) {}

class CandleExport extends PickType(IsoTimes(ListCandles), ['market', 'interval', 'from', 'to']) {}

const PAGE = 1_500;
const DAY_MS = 86_400_000;

type CandleWish = Pick<ListCandles, 'symbol' | 'market' | 'interval'> & { readonly toMs: number };

/** It may wait for the exchange: what is missing is fetched from there. */
const TIMEOUT_MS = 10_000;

@ApiTags('Market')
@Controller('api/v1/candles')
export class CandlesRestController {
  constructor(private readonly bus: Bus) {}

  @Get(':symbol')
  @Describe({
    id: 'candles',
    summary: 'Candles, oldest first',
    parameters: [
      pathParameter('symbol', symbol, 'One of SYMBOLS, or one whose candles were imported.'),
      queryParameter('market', orderFields.market, 'Which market.'),
      queryParameter(
        'interval',
        { ...oneOf(CANDLE_INTERVALS), default: '1m' },
        'In UTC; weeks begin on Monday.',
      ),
      queryParameter('from', time, 'Inclusive; the newest `limit` candles if absent.'),
      queryParameter('to', time, 'Exclusive.'),
      queryParameter('limit', wholeNumber(1, 1_500, 500), 'Most candles; the first ones from `from` on.'),
    ],
    answers: {
      200: {
        description: 'Those that are stored; a time in which none is stored has none here.',
        schema: 'Candles',
        example: {
          symbol: 'BTCUSDT',
          market: 'futures',
          interval: '1m',
          items: [
            {
              openTime: '2026-11-30T12:00:00.000Z',
              open: '61800.2',
              high: '61811',
              low: '61795.9',
              close: '61807.3',
              volume: '12.408',
              quoteVolume: '766882.9042',
              trades: 431,
              isSealed: true,
              revision: 1,
            },
          ],
          missingMinutes: 0,
        },
      },
    },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['STORE_UNAVAILABLE'] },
  })
  @Needs('read')
  async list(@Param() { symbol }: SymbolName, @Query() query: CandleQuery): Promise<object> {
    const { market, interval } = query;
    const wish = { ...inMilliseconds(query), symbol };
    const { items, missingMinutes } = await this.bus.request(listCandles, wish, { timeoutMs: TIMEOUT_MS });
    return { symbol, market, interval, items: withIsoTimes(items), missingMinutes };
  }

  /** For models outside: page by page from the store, so that a year of minutes can be read. */
  @Get(':symbol/ndjson')
  @Describe({
    id: 'exportCandles',
    summary: 'Candles of a span as NDJSON, oldest first',
    parameters: [
      pathParameter('symbol', symbol, 'One of SYMBOLS, or one whose candles were imported.'),
      queryParameter('market', orderFields.market, 'Which market.'),
      queryParameter('interval', { ...oneOf(CANDLE_INTERVALS), default: '1m' }, 'In UTC.'),
      queryParameter('from', time, 'Inclusive; a day ago if absent.'),
      queryParameter('to', time, 'Exclusive; now if absent.'),
    ],
    answers: {
      200: {
        description: 'One candle a line.',
        schema: { type: 'object' },
        otherTypes: { 'application/x-ndjson': { schema: { type: 'string' } } },
      },
    },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['STORE_UNAVAILABLE'] },
  })
  @Needs('read')
  async export(
    @Param() { symbol }: SymbolName,
    @Query() query: CandleExport,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { market, interval, fromMs = Date.now() - DAY_MS, toMs = Date.now() } = inMilliseconds(query);
    const wish = { symbol, market, interval, toMs };
    const first = await this.page(wish, fromMs);
    void reply.type('application/x-ndjson').send(Readable.from(this.lines(wish, first)));
  }

  private async page(wish: CandleWish, fromMs: number): Promise<readonly CandleView[]> {
    const { items } = await this.bus.request(
      listCandles,
      { ...wish, fromMs, limit: PAGE },
      { timeoutMs: TIMEOUT_MS },
    );
    return items;
  }

  private async *lines(wish: CandleWish, first: readonly CandleView[]): AsyncGenerator<string> {
    for (let items = first; items.length > 0;) {
      for (const candle of items) yield `${JSON.stringify(withIsoTimes(candle))}\n`;
      const last = items.at(-1) as CandleView;
      items = items.length < PAGE ? [] : await this.page(wish, last.openTimeMs + 1);
    }
  }
}
