/** What anyone may ask: whether the front is there, what time it is, what can be traded, and what the market does. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { announced } from '../budget/domain/allowance';
import { FrontClock } from '../clock/front-clock';
import { OpenCall, OpenRoute, Told } from '../calls/call';
import { Parameters, illegal } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { ExchangeTexts } from './exchange-texts';
import { RELAYED_READS, RelayedRead } from './relayed-reads';
import { SymbolLists } from './symbol-list';
import { symbolRow } from './symbol-rows';

@Injectable()
export class MarketCalls {
  constructor(
    private readonly symbols: SymbolLists,
    private readonly texts: ExchangeTexts,
    private readonly time: FrontClock,
  ) {}

  routes(): OpenRoute[] {
    const serverTime = (): string => `{"serverTime":${Math.floor(this.time.now())}}`;
    return [
      open('/fapi/v1/ping', 'futures', () => '{}'),
      open('/api/v3/ping', 'spot', () => '{}'),
      open('/fapi/v1/time', 'futures', serverTime),
      open('/api/v3/time', 'spot', serverTime),
      open('/fapi/v1/exchangeInfo', 'futures', (call) => this.exchangeInfo('futures', call)),
      open('/api/v3/exchangeInfo', 'spot', (call) => this.exchangeInfo('spot', call)),
      open('/sapi/v1/system/status', 'spot', () => '{"status":0,"msg":"normal"}'),
      // Clients ask at their start; there is nothing of the kind to trade here.
      ...NOTHING_OF.map(([path, body]) =>
        open(path, path.startsWith('/sapi') ? 'spot' : 'futures', () => body),
      ),
      ...RELAYED_READS.map((read) => open(read.path, read.market, (call) => this.relayed(read, call))),
    ];
  }

  private async exchangeInfo(market: Market, { parameters }: OpenCall): Promise<string> {
    const named = namedSymbols(parameters);
    const rows = named
      ? await Promise.all(
          named.map(async (symbol) => JSON.stringify(symbolRow(await this.symbols.require(market, symbol)))),
        )
      : [(await this.symbols.of(market)).rows];
    const head = {
      timezone: 'UTC',
      serverTime: Math.floor(this.time.now()),
      rateLimits: announced(market),
      exchangeFilters: [],
    };
    return `${JSON.stringify(head).slice(0, -1)},"symbols":[${rows.join(',')}]}`;
  }

  private async relayed(
    { market, path, takes }: RelayedRead,
    { parameters, keyId }: OpenCall,
  ): Promise<Told> {
    for (const symbol of namedSymbols(parameters) ?? []) await this.symbols.require(market, symbol);
    return this.texts.told(market, path, parameters.only(takes), keyId);
  }
}

export const open = (path: string, market: Market, answer: OpenRoute['answer']): OpenRoute => ({
  method: 'GET',
  path,
  market,
  doing: 'read',
  isSigned: false,
  answer,
});

/** Of `symbol` or of the list `symbols`. @throws FrontRefusal -1100 that is no list of names */
function namedSymbols(parameters: Parameters): string[] | undefined {
  const one = parameters.get('symbol');
  if (one !== undefined) return [one];
  const several = parameters.get('symbols');
  if (several === undefined) return undefined;
  const names = /^\["[A-Z0-9_]{1,30}"(,\s*"[A-Z0-9_]{1,30}")*\]$/.test(several)
    ? (JSON.parse(several) as string[])
    : undefined;
  if (!names) throw FrontRefusal.of(illegal('symbols'));
  return names;
}

const NO_SYMBOLS = '{"timezone":"UTC","rateLimits":[],"exchangeFilters":[],"symbols":[]}';
const NOTHING_OF = [
  ['/dapi/v1/exchangeInfo', NO_SYMBOLS],
  ['/eapi/v1/exchangeInfo', NO_SYMBOLS],
  ['/sapi/v1/margin/allPairs', '[]'],
  ['/sapi/v1/margin/isolated/allPairs', '[]'],
  ['/sapi/v1/margin/allAssets', '[]'],
] as const;
