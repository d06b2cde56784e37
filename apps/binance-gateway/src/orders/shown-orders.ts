/** Orders with as many digits as the exchange shows of their symbols. */
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SymbolLists } from '../market/symbol-list';
import { OUTCOME_UNKNOWN } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { algoRow } from './algo/algo-rows';
import { Digits, OwnOrder, orderRow } from './order-rows';

/** Spot shows eight of everything. */
const SPOT: Digits = { price: 8, quantity: 8 };

@Injectable()
export class ShownOrders {
  constructor(private readonly symbols: SymbolLists) {}

  async digitsOf({ order: { market, symbol } }: Pick<OwnOrder, 'order'>): Promise<Digits> {
    if (market === 'spot') return SPOT;
    const instrument = (await this.symbols.of(market)).bySymbol.get(symbol);
    const decimals = (step: string): number => new Decimal(step).decimalPlaces();
    return instrument
      ? { price: decimals(instrument.tickSize), quantity: decimals(instrument.stepSize) }
      : { price: 0, quantity: 0 };
  }

  async row(own: OwnOrder): Promise<string> {
    return orderRow(own, await this.digitsOf(own));
  }

  /** @throws FrontRefusal -1007 one of them is not known to be at the exchange: a list without it would say it is not there */
  async rows(owns: readonly OwnOrder[]): Promise<string> {
    return `[${(await Promise.all(owns.map((own) => this.row(atExchange(own))))).join(',')}]`;
  }

  async algoRows(owns: readonly OwnOrder[]): Promise<string> {
    const rows = owns.map(async (own) => algoRow(atExchange(own), await this.digitsOf(own)));
    return `[${(await Promise.all(rows)).join(',')}]`;
  }
}

/** The order as the exchange has it. @throws FrontRefusal -1007 it is not known whether it has it */
export function atExchange(own: OwnOrder): OwnOrder {
  const { status, exchangeOrderId } = own.order;
  if (status === 'UNKNOWN' || exchangeOrderId === undefined)
    throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
  return own;
}
