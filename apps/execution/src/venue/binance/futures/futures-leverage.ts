/** Leverage on Binance: one symbol's, everybody's, and the bracket table, read whole in one call. */
import { FuturesSymbolConfig, futures } from '@elvis/binance';
import { LeverageBracketRow } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FuturesLeverage } from '../../futures-leverage';
import { ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { unreadable } from '../binance-orders';
import { REFRESH, readFrom } from '../binance-reads';

interface SymbolBrackets {
  readonly symbol: string;
  readonly brackets: readonly {
    readonly initialLeverage: number;
    readonly notionalCap: number | string;
  }[];
}

@Injectable()
export class BinanceFuturesLeverage extends FuturesLeverage {
  constructor(private readonly calls: ExchangeCalls) {
    super();
  }

  async leverageOf(symbol: string): Promise<number> {
    const rows = (await readFrom(this.calls, futures.symbolConfig(symbol))) as FuturesSymbolConfig[];
    const leverage = rows.find((row) => row.symbol === symbol)?.leverage;
    if (!Number.isInteger(leverage)) throw unreadable(`no leverage for ${symbol}`);
    return leverage as number;
  }

  async leverages(): Promise<ReadonlyMap<string, number>> {
    const rows = (await readFrom(this.calls, futures.symbolConfig(), REFRESH)) as FuturesSymbolConfig[];
    return new Map(rows.map(({ symbol, leverage }) => [symbol, leverage]));
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    await readFrom(this.calls, futures.setLeverage(symbol, leverage));
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
