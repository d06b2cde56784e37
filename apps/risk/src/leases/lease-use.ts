/** Whether the holder of a symbol still has anything there: a position, or an order that is open or not known. */
import { botActor, getAccount, listOpenOrders } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MAX_ACCOUNT_AGE_MS } from '@elvis/rules';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountFeed } from '../facts/account-feed';
import { Instruments } from '../facts/instruments';
import { LeaseRecord } from './lease-record';

@Injectable()
export class LeaseUse {
  constructor(
    private readonly account: AccountFeed,
    private readonly instruments: Instruments,
    private readonly bus: Bus,
  ) {}

  /** Undefined while it cannot be seen. */
  async isIdle(record: LeaseRecord): Promise<boolean | undefined> {
    try {
      const botConfigId = record.holder?.slice(botActor('').length) ?? '';
      const { items } = await this.bus.request(listOpenOrders, { botConfigId, limit: 1 });
      if (items.length > 0) return false;
      return record.market === 'futures' ? this.isFlat(record.subject) : await this.isSold(record);
    } catch {
      return undefined;
    }
  }

  /** How much of a coin the account has; a decimal. @throws TradingFailure SERVICE_UNREACHABLE */
  async wallet(asset: string): Promise<string> {
    const { balances } = await this.bus.request(getAccount, { market: 'spot' });
    return balances.find((balance) => balance.asset === asset)?.wallet ?? '0';
  }

  private isFlat(symbol: string): boolean | undefined {
    const latest = this.account.latest;
    if (!latest || latest.ageMs > MAX_ACCOUNT_AGE_MS) return undefined;
    return latest.account.positions.get(symbol)?.quantity.isZero() ?? true;
  }

  /** Less than one step cannot be sold: fees leave it. */
  private async isSold({ subject, symbol, baseline }: LeaseRecord): Promise<boolean> {
    const more = new Decimal(await this.wallet(subject)).minus(baseline ?? ZERO);
    return more.lt(this.instruments.find('spot', symbol)?.stepSize ?? ZERO) || more.lte(ZERO);
  }
}
