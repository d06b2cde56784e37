/** Binance's bracket table, read whole in one call. */
import { futures } from '@elvis/binance';
import { LeverageBracketRow } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { LeverageTable } from '../leverage-table';
import { ExchangeCalls } from '../../limiter/calls/exchange-calls';
import { unreadable } from './binance-orders';
import { readFrom } from './binance-reads';

interface SymbolBrackets {
  readonly symbol: string;
  readonly brackets: readonly {
    readonly initialLeverage: number;
    readonly notionalCap: number | string;
  }[];
}

@Injectable()
export class BinanceLeverageTable extends LeverageTable {
  constructor(private readonly calls: ExchangeCalls) {
    super();
  }

  async brackets(): Promise<ReadonlyMap<string, readonly LeverageBracketRow[]>> {
    const answer = await readFrom(this.calls, futures.leverageBracket());
    const rows = (Array.isArray(answer) ? answer : [answer]) as readonly SymbolBrackets[];
    return new Map(rows.map((row) => [row.symbol, toRows(row)]));
  }
}

function toRows({ symbol, brackets }: SymbolBrackets): readonly LeverageBracketRow[] {
  if (!Array.isArray(brackets)) throw unreadable(`no leverage brackets for ${symbol}`);
  return (brackets as SymbolBrackets['brackets'])
    .map(({ notionalCap, initialLeverage }): LeverageBracketRow => {
      const cap = new Decimal(notionalCap);
      if (!cap.gt(0) || !Number.isInteger(initialLeverage)) {
        throw unreadable(`an invalid leverage bracket of ${symbol}`);
      }
      return [cap.toFixed(), initialLeverage];
    })
    .sort(([left], [right]) => new Decimal(left).cmp(right));
}
