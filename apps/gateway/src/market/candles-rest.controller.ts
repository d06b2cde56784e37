import { ListCandles, listCandles } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { CANDLE_INTERVALS } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OmitType } from '@nestjs/mapped-types';
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
}
