/**
 * Balances, as execution follows them. What Elvis does not know of an account (margins by position) is left out and not
 * made up; positions come with the leases that say whose they are.
 */
import { AccountView, BalanceView, getAccount } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Route } from '../calls/call';

@Injectable()
export class AccountCalls {
  constructor(private readonly bus: Bus) {}

  routes(): Route[] {
    const read = (path: string, market: Market, show: (account: AccountView) => unknown): Route => ({
      method: 'GET',
      path,
      market,
      doing: 'read',
      isSigned: true,
      scope: 'read',
      answer: async () => JSON.stringify(show(await this.bus.request(getAccount, { market }))),
    });
    return [
      read('/fapi/v2/balance', 'futures', futuresBalances),
      read('/fapi/v3/balance', 'futures', futuresBalances),
      read('/api/v3/account', 'spot', spotAccount),
    ];
  }
}

const futuresBalances = ({ balances, asOfMs }: AccountView) =>
  balances.map(({ asset, wallet, free }) => ({
    asset,
    balance: wallet,
    crossWalletBalance: wallet,
    availableBalance: free,
    maxWithdrawAmount: '0',
    marginAvailable: true,
    updateTime: asOfMs,
  }));

/** Nothing can be withdrawn through the front, whatever the account may. */
const spotAccount = ({ balances, asOfMs }: AccountView) => ({
  canTrade: true,
  canWithdraw: false,
  canDeposit: false,
  accountType: 'SPOT',
  permissions: ['SPOT'],
  updateTime: asOfMs,
  balances: balances.map((balance) => ({
    asset: balance.asset,
    free: balance.free,
    locked: lockedOf(balance),
  })),
});

const lockedOf = ({ wallet, free }: BalanceView): string =>
  Decimal.max(0, new Decimal(wallet).minus(new Decimal(free))).toFixed();
