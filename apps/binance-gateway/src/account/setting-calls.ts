/** What a key may set: the leverage of its own symbols. How the account as a whole is set up is nobody's to change here. */
import { IncomeItem, ListIncome, listIncome, setFrontLeverage } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute, Told } from '../calls/call';
import { FrontClock } from '../clock/front-clock';
import { SymbolLists } from '../market/symbol-list';
import { reading, writing } from '../orders/order-calls';
import { badData, illegal } from '../requests/parameters';
import { BAD_LEVERAGE, NOT_AUTHORIZED, NOT_SUPPORTED } from '../words/domain/sentences';
import { refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { Row } from './domain/futures-view';
import { FuturesView } from './futures-view';
import { Leases } from './leases';

const SET_WITHIN_MS = 10_000;
const WEEK_MS = 7 * 86_400_000;
const INCOME_PAGE = 1_000;

@Injectable()
export class SettingCalls {
  constructor(
    private readonly bus: Bus,
    private readonly futures: FuturesView,
    private readonly symbols: SymbolLists,
    private readonly leases: Leases,
    private readonly time: FrontClock,
  ) {}

  routes(): SignedRoute[] {
    const change = (path: string, answer: SignedRoute['answer']): SignedRoute =>
      writing('POST', `/fapi/v1/${path}`, 'futures', 'change', answer);
    return [
      change('leverage', (call) => this.leverage(call)),
      change('marginType', (call) => this.marginType(call)),
      change('positionSide/dual', (call) =>
        unchanged(call, 'dualSidePosition', refused(-4059, 'No need to change position side.')),
      ),
      change('multiAssetsMargin', (call) =>
        unchanged(call, 'multiAssetsMargin', refused(-4171, 'No need to change the Multi-Assets mode.')),
      ),
      reading('/fapi/v1/income', 'futures', (call) => this.income(call), 'read'),
    ];
  }

  private async leverage({ holder, parameters, remoteIp }: SignedCall): Promise<string> {
    const { symbol } = await this.symbols.require('futures', parameters.required('symbol'));
    const leverage = Number(parameters.required('leverage'));
    const most = holder.terms.maxLeverage ?? Infinity;
    if (!Number.isInteger(leverage) || leverage > most)
      throw FrontRefusal.of(BAD_LEVERAGE, 'LEVERAGE_ABOVE_MAXIMUM');
    const wish = { actor: holder.actor, remoteIp, symbol, leverage };
    const set = await this.bus.request(setFrontLeverage, wish, { timeoutMs: SET_WITHIN_MS });
    const maxNotionalValue = await this.largestNotional(holder, symbol);
    return JSON.stringify({ symbol, leverage: set.leverage, maxNotionalValue });
  }

  private async largestNotional(holder: SignedCall['holder'], symbol: string): Promise<unknown> {
    const { answer } = await this.futures.read(holder, '/fapi/v1/symbolConfig');
    return (answer as Row[]).find((row) => row.symbol === symbol)?.maxNotionalValue;
  }

  /** Elvis reckons with cross margin alone. @throws FrontRefusal -4046 it is that already, -1020 */
  private async marginType({ holder, parameters }: SignedCall): Promise<string> {
    const { symbol } = await this.symbols.require('futures', parameters.required('symbol'));
    const wanted = parameters.required('marginType').toUpperCase();
    if (wanted !== 'CROSSED' && wanted !== 'ISOLATED') throw FrontRefusal.of(badData('marginType'));
    const { answer } = await this.futures.read(holder, '/fapi/v1/symbolConfig');
    const row = (answer as Row[]).find((config) => config.symbol === symbol);
    if (row?.marginType === wanted) throw FrontRefusal.of(refused(-4046, 'No need to change margin type.'));
    throw FrontRefusal.of(NOT_SUPPORTED);
  }

  /** The bookings of the key's own symbols since they are its own; nothing that was paid in or out. */
  private async income({ holder, parameters }: SignedCall): Promise<Told> {
    const own = await this.leases.of(holder, 'futures');
    const toMs = parameters.count('endTime') ?? Math.floor(this.time.now());
    const fromMs = parameters.count('startTime') ?? toMs - WEEK_MS;
    const [symbol, type] = [parameters.get('symbol'), parameters.get('incomeType')];
    const limit = parameters.count('limit') ?? 100;
    if (limit < 1 || limit > INCOME_PAGE) throw FrontRefusal.of(illegal('limit'));
    const span: ListIncome = {
      market: 'futures',
      fromMs,
      toMs,
      limit: INCOME_PAGE,
      page: parameters.count('page') ?? 1,
    };
    const { items } = await this.bus.request(listIncome, span, { timeoutMs: SET_WITHIN_MS });
    const rows = items
      .filter((item) => {
        const lease = item.symbol === null ? undefined : own.get(item.symbol);
        return lease !== undefined && item.atMs >= lease.takenAtMs;
      })
      .filter(
        (item) =>
          (symbol === undefined || item.symbol === symbol) && (type === undefined || item.type === type),
      )
      .slice(0, limit);
    return `[${rows.map(incomeRow).join(',')}]`;
  }
}

const incomeRow = ({ transactionId, type, symbol, asset, amount, tradeId, info, atMs }: IncomeItem): string =>
  `{"tranId":${transactionId},${JSON.stringify({
    symbol: symbol ?? '',
    incomeType: type,
    income: amount,
    asset,
    info: info ?? '',
    time: atMs,
    tradeId: tradeId ?? '',
  }).slice(1)}`;

/** The account's modes are what they are: saying so again is what Binance says it is, changing them is nobody's here. */
function unchanged({ parameters }: SignedCall, name: string, words: ReturnType<typeof refused>): never {
  const wanted = parameters.boolean(name);
  if (wanted === undefined) throw FrontRefusal.of(badData(name));
  throw FrontRefusal.of(wanted ? { ...NOT_AUTHORIZED, isAlarm: true } : words);
}
