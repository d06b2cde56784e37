/** What anyone may ask: whether the front is there, what time it is, and what can be traded. */
import { listInstruments } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { announced } from '../budget/domain/allowance';
import { FrontClock } from '../clock/front-clock';
import { Route } from '../calls/call';
import { symbolRow } from './symbol-rows';

const REMEMBERED_MS = 60_000;

@Injectable()
export class MarketCalls {
  private readonly remembered = new Map<Market, { readonly atMs: number; readonly rows: Promise<string> }>();

  constructor(
    private readonly bus: Bus,
    private readonly time: FrontClock,
  ) {}

  routes(): Route[] {
    const open = (path: string, market: Market, answer: () => Promise<string> | string): Route => ({
      method: 'GET',
      path,
      market,
      doing: 'read',
      isSigned: false,
      answer,
    });
    const serverTime = (): string => `{"serverTime":${Math.floor(this.time.now())}}`;
    return [
      open('/fapi/v1/ping', 'futures', () => '{}'),
      open('/api/v3/ping', 'spot', () => '{}'),
      open('/fapi/v1/time', 'futures', serverTime),
      open('/api/v3/time', 'spot', serverTime),
      open('/fapi/v1/exchangeInfo', 'futures', () => this.exchangeInfo('futures')),
      open('/api/v3/exchangeInfo', 'spot', () => this.exchangeInfo('spot')),
      // Clients ask at their start; there is nothing of the kind to trade here.
      open('/dapi/v1/exchangeInfo', 'futures', () => NOTHING_TRADED),
      open('/eapi/v1/exchangeInfo', 'futures', () => NOTHING_TRADED),
    ];
  }

  private async exchangeInfo(market: Market): Promise<string> {
    const rows = await this.rows(market);
    const head = {
      timezone: 'UTC',
      serverTime: Math.floor(this.time.now()),
      rateLimits: announced(market),
      exchangeFilters: [],
    };
    return `${JSON.stringify(head).slice(0, -1)},"symbols":[${rows}]}`;
  }

  private rows(market: Market): Promise<string> {
    const known = this.remembered.get(market);
    const atMs = performance.now();
    if (known && atMs - known.atMs < REMEMBERED_MS) return known.rows;
    const rows = this.bus
      .request(listInstruments, { market })
      .then(({ instruments }) => instruments.map((row) => JSON.stringify(symbolRow(row))).join(','));
    this.remembered.set(market, { atMs, rows });
    rows.catch(() => this.remembered.delete(market));
    return rows;
  }
}

const NOTHING_TRADED = '{"timezone":"UTC","rateLimits":[],"exchangeFilters":[],"symbols":[]}';
