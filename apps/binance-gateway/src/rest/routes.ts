/** Which call a method and a path are, and what becomes of those that the front does not serve. */
import { Injectable } from '@nestjs/common';
import { AccountCalls } from '../account/account-calls';
import { SettingCalls } from '../account/setting-calls';
import { DepthCalls } from '../market/depth-calls';
import { MarketCalls } from '../market/market-calls';
import { AlgoCalls } from '../orders/algo/algo-calls';
import { BatchCalls } from '../orders/batch-calls';
import { OrderCalls } from '../orders/order-calls';
import { ReplaceCalls } from '../orders/replace-calls';
import { ListenKeyCalls } from '../streams/listen-key-calls';
import { PastCalls } from '../orders/past/past-calls';
import { NOT_AUTHORIZED, NOT_SUPPORTED } from '../words/domain/sentences';
import { Words, refused } from '../words/domain/words';
import { Route } from '../calls/call';

/** Money that leaves, moves between accounts or is lent: a bot that asks for it is broken, or is not its owner's. */
const MONEY =
  /\/(capital|withdraw|[a-z]*FastWithdraw|ledger-transfer|deposit|transfer|sub-account|subaccount|sub_account|loan|borrow|repay|simple-earn|lending|staking|convert|dust|pay|giftcard|fiat|c2c|broker|apiReferral|managed-subaccount|portfolio|mining|blvt|swap|bswap)(\/|$|[A-Z-])/;
const MARGIN_MONEY = /^\/sapi\/v\d\/margin\/(?!allPairs|isolated\/allPairs|allAssets)/;
const KNOWN_BASES = /^\/(fapi|dapi|eapi|papi|api|sapi|wapi|futures\/data)\//;

@Injectable()
export class Routes {
  private readonly routes: ReadonlyMap<string, Route>;

  constructor(
    orders: OrderCalls,
    batches: BatchCalls,
    algos: AlgoCalls,
    past: PastCalls,
    replaces: ReplaceCalls,
    account: AccountCalls,
    settings: SettingCalls,
    market: MarketCalls,
    depth: DepthCalls,
    listenKeys: ListenKeyCalls,
  ) {
    this.routes = new Map(
      [orders, batches, algos, past, replaces, account, settings, market, depth, listenKeys]
        .flatMap((calls): Route[] => calls.routes())
        .map((route) => [`${route.method} ${route.path}`, route]),
    );
  }

  find(method: string, path: string): Route | undefined {
    return this.routes.get(`${method} ${path}`);
  }
}

/** What a call that is not served is told; money and account modes are told so, and a person hears of them. */
export function unservedWords(method: string, path: string): Words {
  if (MONEY.test(path) || MARGIN_MONEY.test(path)) return { ...NOT_AUTHORIZED, isAlarm: true };
  if (KNOWN_BASES.test(path)) return NOT_SUPPORTED;
  return { ...refused(-5000, `Path ${path}, Method ${method} is invalid`), status: 404 };
}
