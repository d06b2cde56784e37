/** Asks the exchange itself, as the owner of the account that Elvis trades: what a judge would hold our books against. */
import {
  BinanceTransport,
  FuturesAlgoOrder,
  SpotAccountAnswer,
  SpotOrder,
  SpotTrade,
  request,
} from '@elvis/binance';
import { Decimal } from '@elvis/trading';
import { Witness } from './witness';

const TIMEOUT_MS = 5_000;
const WINDOW_MS = 5_000;

export class ExchangeAccount {
  private transport: BinanceTransport | undefined;

  constructor(private readonly stage: Witness) {}

  /** Wallet balances of futures, as text. */
  async futuresWallets(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.ask<{ asset: string; balance: string }[]>('GET', '/fapi/v3/balance');
    return new Map(rows.map(({ asset, balance }) => [asset, balance]));
  }

  /** What was paid and received in funding, in all: no fill tells of it. */
  async funding(): Promise<Decimal> {
    const rows = await this.ask<{ income: string }[]>('GET', '/fapi/v1/income', {
      incomeType: 'FUNDING_FEE',
      startTime: 0,
      limit: 1000,
    });
    return rows.reduce((sum, { income }) => sum.plus(income), new Decimal(0));
  }

  /** What is held on spot, locked or free, by asset; what is nothing is left out. */
  async spotHoldings(): Promise<ReadonlyMap<string, Decimal>> {
    const { balances } = await this.ask<SpotAccountAnswer>('GET', '/api/v3/account');
    return new Map(
      balances
        .map(({ asset, free, locked }) => [asset, new Decimal(free).plus(locked)] as const)
        .filter(([, amount]) => !amount.isZero()),
    );
  }

  algoOrders(symbol: string): Promise<FuturesAlgoOrder[]> {
    return this.ask('GET', '/fapi/v1/allAlgoOrders', { symbol, limit: 1000 });
  }

  spotOrders(symbol: string): Promise<SpotOrder[]> {
    return this.ask('GET', '/api/v3/allOrders', { symbol, limit: 1000 });
  }

  /** A thousand at most: the newest, or those from this number on. */
  spotTrades(symbol: string, fromId?: string): Promise<SpotTrade[]> {
    return this.ask('GET', '/api/v3/myTrades', { symbol, limit: 1000, ...(fromId && { fromId }) });
  }

  /** What a person in the app does. */
  cancelSpot(symbol: string, orderId: string): Promise<unknown> {
    return this.ask('DELETE', '/api/v3/order', { symbol, orderId });
  }

  async ask<Reply>(method: 'GET' | 'POST' | 'DELETE', path: string, parameters: object = {}): Promise<Reply> {
    this.transport ??= new BinanceTransport(
      `http://127.0.0.1:${this.stage.restPort}`,
      this.stage.keys,
      TIMEOUT_MS,
    );
    const call = request('futures', method, path, 'SIGNED', parameters as Record<string, string | number>);
    const { now } = await this.stage.admin<{ now: number }>('GET', '/report');
    const answer = await this.transport.send(call, { timestampMs: now, recvWindowMs: WINDOW_MS });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body as Reply;
  }
}
