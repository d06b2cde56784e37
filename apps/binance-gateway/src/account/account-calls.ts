/** Calls about the account. What is told of it is the key's own part; how it is set up is the same for all. */
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute, Told } from '../calls/call';
import { announced } from '../budget/domain/allowance';
import { ExchangeTexts } from '../market/exchange-texts';
import { SymbolLists } from '../market/symbol-list';
import { reading } from '../orders/order-calls';
import { FuturesView } from './futures-view';
import { Row } from './domain/futures-view';
import { Leases } from './leases';
import { SpotView } from './spot-view';

@Injectable()
export class AccountCalls {
  constructor(
    private readonly futures: FuturesView,
    private readonly spot: SpotView,
    private readonly texts: ExchangeTexts,
    private readonly symbols: SymbolLists,
    private readonly leases: Leases,
  ) {}

  routes(): SignedRoute[] {
    const futures = (path: string, answer: SignedRoute['answer']): SignedRoute =>
      reading(`/fapi/${path}`, 'futures', answer, 'read');
    const spot = (path: string, answer: SignedRoute['answer']): SignedRoute =>
      reading(path, 'spot', answer, 'read');
    const versions = ([2, 3] as const).flatMap((version) => [
      futures(`v${version}/account`, ({ holder }) => this.futures.account(holder, version)),
      futures(`v${version}/balance`, ({ holder }) => this.futures.balances(holder)),
      futures(`v${version}/positionRisk`, ({ holder, parameters }) =>
        this.futures.positions(holder, version, parameters.get('symbol')),
      ),
    ]);
    return [
      ...versions,
      futures('v1/symbolConfig', (call) => this.symbolConfig(call)),
      futures('v1/accountConfig', (call) => this.accountConfig(call)),
      futures('v1/leverageBracket', (call) => this.brackets(call)),
      futures('v1/adlQuantile', (call) => this.ownRows('/fapi/v1/adlQuantile', call)),
      futures('v1/commissionRate', async ({ parameters }) => {
        const { symbol } = await this.symbols.require('futures', parameters.required('symbol'));
        return this.texts.told('futures', '/fapi/v1/commissionRate', { symbol });
      }),
      futures('v1/feeBurn', () => this.texts.told('futures', '/fapi/v1/feeBurn', {})),
      futures('v1/positionSide/dual', () => Promise.resolve('{"dualSidePosition":false}')),
      futures('v1/multiAssetsMargin', () => Promise.resolve('{"multiAssetsMargin":false}')),
      futures('v1/rateLimit/order', () => Promise.resolve(orderLimits('futures'))),
      spot('/api/v3/rateLimit/order', () => Promise.resolve(orderLimits('spot'))),
      spot('/api/v3/account', (call) => this.spotAccount(call)),
      spot('/api/v3/account/commission', async ({ parameters }) => {
        const { symbol } = await this.symbols.require('spot', parameters.required('symbol'));
        return this.texts.told('spot', '/api/v3/account/commission', { symbol });
      }),
      spot('/sapi/v1/asset/tradeFee', ({ parameters }) =>
        this.texts.told('spot', '/sapi/v1/asset/tradeFee', parameters.only(['symbol'])),
      ),
      spot('/sapi/v1/account/apiRestrictions', ({ holder }) =>
        Promise.resolve(restrictions(holder.scopes.has('trade'))),
      ),
      spot('/sapi/v1/capital/config/getall', () => this.coins()),
    ];
  }

  private async symbolConfig({ holder, parameters }: SignedCall): Promise<Told> {
    const symbol = parameters.get('symbol');
    const { answer, askedAtMs } = await this.futures.read(holder, '/fapi/v1/symbolConfig');
    const rows = (answer as Row[]).filter((row) => symbol === undefined || row.symbol === symbol);
    return { body: JSON.stringify(rows), headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  private async accountConfig({ holder }: SignedCall): Promise<Told> {
    const { answer, askedAtMs } = await this.futures.read(holder, '/fapi/v1/accountConfig');
    const own = { canTrade: holder.scopes.has('trade'), canDeposit: false, canWithdraw: false };
    const body = JSON.stringify({ ...(answer as Row), ...own });
    return { body, headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  /** With no more leverage than the key may use: a client takes the largest for what it can have. */
  private async brackets({ holder, parameters }: SignedCall): Promise<Told> {
    const symbol = parameters.get('symbol');
    if (symbol !== undefined) await this.symbols.require('futures', symbol);
    const { text, askedAtMs } = await this.texts.read('futures', '/fapi/v1/leverageBracket', {});
    const most = holder.terms.maxLeverage ?? Infinity;
    const rows = (JSON.parse(text) as (Row & { readonly brackets: readonly Row[] })[])
      .filter((row) => symbol === undefined || row.symbol === symbol)
      .map((row) => ({
        ...row,
        brackets: row.brackets.map((bracket) => ({
          ...bracket,
          initialLeverage: Math.min(Number(bracket.initialLeverage), most),
        })),
      }));
    return { body: JSON.stringify(rows), headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  /** Rows by symbol of which a key sees those of its own. */
  private async ownRows(path: string, { holder, parameters }: SignedCall): Promise<Told> {
    const symbol = parameters.get('symbol');
    const own = await this.leases.of(holder, 'futures');
    const { answer, askedAtMs } = await this.futures.read(holder, path);
    const rows = (Array.isArray(answer) ? (answer as Row[]) : [answer as Row]).filter(
      (row) => own.has(String(row.symbol)) && (symbol === undefined || row.symbol === symbol),
    );
    return { body: JSON.stringify(rows), headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  private async spotAccount({ holder, parameters }: SignedCall): Promise<Told> {
    const { items, account } = await this.spot.balances(holder);
    const isShort = parameters.boolean('omitZeroBalances') === true;
    const balances = items.filter(({ free, locked }) => !isShort || Number(free) > 0 || Number(locked) > 0);
    const body = JSON.stringify({
      canTrade: holder.scopes.has('trade'),
      canWithdraw: false,
      canDeposit: false,
      brokered: false,
      requireSelfTradePrevention: false,
      preventSor: false,
      updateTime: account.changedAtMs ?? account.asOfMs,
      accountType: 'SPOT',
      balances,
      permissions: ['SPOT'],
    });
    return { body, headers: this.texts.ageOf('elvis', account.asOfMs) };
  }

  /** Everything that is traded, without networks: nothing is paid in or out here. */
  private async coins(): Promise<string> {
    const { bySymbol } = await this.symbols.of('spot');
    const coins = new Set(
      [...bySymbol.values()].flatMap(({ baseAsset, quoteAsset }) => [baseAsset, quoteAsset]),
    );
    const rows = [...coins].map((coin) => ({
      coin,
      name: coin,
      depositAllEnable: false,
      withdrawAllEnable: false,
      trading: true,
      networkList: [],
    }));
    return JSON.stringify(rows);
  }
}

const orderLimits = (market: 'futures' | 'spot'): string =>
  JSON.stringify(announced(market).filter(({ rateLimitType }) => rateLimitType === 'ORDERS'));

const restrictions = (mayTrade: boolean): string =>
  JSON.stringify({
    ipRestrict: true,
    enableReading: true,
    enableSpotAndMarginTrading: mayTrade,
    enableFutures: mayTrade,
    enableWithdrawals: false,
    enableInternalTransfer: false,
    permitsUniversalTransfer: false,
    enableMargin: false,
    enableVanillaOptions: false,
    enablePortfolioMarginTrading: false,
  });
