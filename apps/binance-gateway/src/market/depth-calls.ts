/**
 * The order book. A client listens first and asks then, and nobody can know which messages it has had by then: so the
 * answer waits for the next one, and is the book right after it. Deeper than the local book goes the exchange is asked.
 */
import { LEVELS_AT_MOST, getMarketOrderBook } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { OpenCall, OpenRoute, Told } from '../calls/call';
import { illegal } from '../requests/parameters';
import { refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { ExchangeTexts } from './exchange-texts';
import { open } from './market-calls';
import { SymbolLists } from './symbol-list';

const NEXT_WITHIN_MS = 150;
const FUTURES_LIMITS: readonly number[] = [5, 10, 20, 50, 100, 500, 1_000];
const SPOT_LIMIT = 5_000;
const OTHERWISE: Readonly<Record<Market, number>> = { futures: 500, spot: 100 };

@Injectable()
export class DepthCalls {
  constructor(
    private readonly bus: Bus,
    private readonly symbols: SymbolLists,
    private readonly texts: ExchangeTexts,
  ) {}

  routes(): OpenRoute[] {
    return [
      open('/fapi/v1/depth', 'futures', (call) => this.depth('futures', call)),
      open('/api/v3/depth', 'spot', (call) => this.depth('spot', call)),
    ];
  }

  private async depth(market: Market, { parameters, keyId }: OpenCall): Promise<Told> {
    const { symbol } = await this.symbols.require(market, parameters.required('symbol'));
    const levels = parameters.count('limit') ?? OTHERWISE[market];
    if (market === 'futures' && !FUTURES_LIMITS.includes(levels))
      throw FrontRefusal.of(refused(-4021, `Invalid depth limit: ${levels}`));
    if (levels < 1) throw FrontRefusal.of(illegal('limit'));
    if (levels > LEVELS_AT_MOST)
      return this.texts.told(
        market,
        '/api/v3/depth',
        { symbol, limit: `${Math.min(levels, SPOT_LIMIT)}` },
        keyId,
      );
    const book = await this.bus.request(getMarketOrderBook, {
      market,
      symbol,
      levels,
      nextWithinMs: NEXT_WITHIN_MS,
    });
    const { updateId, eventTimeMs, bids, asks, ageMs } = book;
    const times = market === 'futures' ? `"E":${eventTimeMs},` : '';
    const sides = `"bids":${JSON.stringify(bids)},"asks":${JSON.stringify(asks)}`;
    return {
      body: `{"lastUpdateId":${updateId},${times}${sides}}`,
      headers: { 'X-Elvis-Source': 'book', 'X-Elvis-Age-Ms': `${ageMs}` },
    };
  }
}
