/** The account of futures, as Binance has it now. */
import { FuturesBalance, FuturesPosition, futures } from '@elvis/binance';
import { Injectable } from '@nestjs/common';
import { AccountReading } from '../../../domain/known-account';
import { ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { FuturesAccount } from '../../venue-accounts';
import { sideOf, toKnownPosition } from '../binance-account';
import { unreadable } from '../binance-orders';
import { REFRESH, readFrom } from '../binance-reads';

@Injectable()
export class BinanceFuturesAccount implements FuturesAccount {
  constructor(private readonly calls: ExchangeCalls) {}

  async position(symbol: string): Promise<string> {
    const positions = (await readFrom(this.calls, futures.positions(symbol), {
      priority: 'P1',
    })) as FuturesPosition[];
    const held = positions.filter((position) => position.symbol === symbol);
    if (held.some(({ positionSide }) => sideOf(positionSide).positionSide))
      throw unreadable('positions of hedge mode');
    return held[0]?.positionAmt ?? '0';
  }

  async account(): Promise<Omit<AccountReading, 'asOfMs'>> {
    const [positions, balances] = (await Promise.all([
      readFrom(this.calls, futures.positions(), REFRESH),
      readFrom(this.calls, futures.balance(), REFRESH),
    ])) as [FuturesPosition[], FuturesBalance[]];
    return {
      balances: balances.map(({ asset, balance, availableBalance }) => ({
        asset,
        wallet: balance,
        free: availableBalance,
      })),
      positions: positions.map(toKnownPosition),
    };
  }
}
