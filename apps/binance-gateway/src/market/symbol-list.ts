/** What can be traded on each market, as execution read it at the exchange; at most a minute old. */
import { listInstruments } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { InstrumentMessage, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BAD_SYMBOL } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { symbolRow } from './symbol-rows';

const REMEMBERED_MS = 60_000;

export interface SymbolList {
  readonly bySymbol: ReadonlyMap<string, InstrumentMessage>;
  /** All rows of `exchangeInfo`, made once. */
  readonly rows: string;
}

@Injectable()
export class SymbolLists {
  private readonly remembered = new Map<
    Market,
    { readonly atMs: number; readonly list: Promise<SymbolList> }
  >();

  constructor(private readonly bus: Bus) {}

  of(market: Market): Promise<SymbolList> {
    const known = this.remembered.get(market);
    const atMs = performance.now();
    if (known && atMs - known.atMs < REMEMBERED_MS) return known.list;
    const list = this.bus.request(listInstruments, { market }).then(({ instruments }) => ({
      bySymbol: new Map(instruments.map((row) => [row.symbol, row])),
      rows: instruments.map((row) => JSON.stringify(symbolRow(row))).join(','),
    }));
    this.remembered.set(market, { atMs, list });
    list.catch(() => this.remembered.delete(market));
    return list;
  }

  /** Refused here, so that a wrong name costs nothing at the exchange. @throws FrontRefusal -1121 */
  async require(market: Market, symbol: string): Promise<InstrumentMessage> {
    const found = (await this.of(market)).bySymbol.get(symbol);
    if (!found) throw FrontRefusal.of(BAD_SYMBOL, 'INSTRUMENT_UNKNOWN');
    return found;
  }
}
