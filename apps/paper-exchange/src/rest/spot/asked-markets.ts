/** Which markets a call asks for: one by `symbol`, some by `symbols`, or all; of these those in the status it wants. */
import { ExchangeInfoRow, refusals, SpotExchange, spotRefusals, SymbolMarket } from '@elvis/simulation';
import { Params } from '../params';

const STATUSES = ['TRADING', 'HALT', 'BREAK'] as const;
const MOST_SYMBOLS = 100;

export interface AskedMarkets {
  readonly markets: readonly SymbolMarket[];
  /** One is answered as an object, more as a list. */
  readonly isOne: boolean;
}

export class SpotSymbols {
  constructor(
    private readonly exchange: SpotExchange,
    readonly rows: readonly ExchangeInfoRow[],
  ) {}

  /** The one market of a call that takes a status. @throws Refusal -1220 it has another one, and others */
  one(params: Params): SymbolMarket {
    const market = this.exchange.market(params.get('symbol'));
    const status = this.statusOf(params);
    if (status !== undefined && !this.isIn(market, status)) throw spotRefusals.otherStatus();
    return market;
  }

  asked(params: Params): AskedMarkets {
    const symbols = params.list('symbols');
    if (params.get('symbol') !== undefined) {
      if (symbols) throw refusals.badCombination();
      return { markets: [this.one(params)], isOne: true };
    }
    const names = symbols?.map(String) ?? [...this.exchange.markets.keys()];
    if (new Set(names).size < names.length) throw spotRefusals.repeatedSymbol();
    const status = this.statusOf(params);
    const markets = names
      .map((name) => this.exchange.market(name))
      .filter((market) => status === undefined || this.isIn(market, status));
    return { markets, isOne: false };
  }

  /** For calls that want to be told. @throws Refusal -1102 neither `symbol` nor `symbols`, and others */
  mustAsk(params: Params): AskedMarkets {
    if (params.get('symbol') === undefined && params.get('symbols') === undefined)
      throw spotRefusals.emptyParameter("symbol' or 'symbols");
    const asked = this.asked(params);
    if ((params.list('symbols')?.length ?? 0) > MOST_SYMBOLS) throw refusals.badData('symbols');
    return asked;
  }

  /** The rows that `exchangeInfo` shows. */
  info(params: Params): readonly ExchangeInfoRow[] {
    const isNamed = params.get('symbol') !== undefined || params.get('symbols') !== undefined;
    const wanted = permissionsOf(params);
    const status = this.statusOf(params);
    if (isNamed && (wanted || status)) throw refusals.badCombination();
    const names = new Set(this.asked(params).markets.map(({ instrument }) => instrument.symbol));
    const showsSets = params.boolean('showPermissionSets') ?? true;
    return this.rows
      .filter(({ symbol }) => names.has(symbol))
      .filter((row) => !wanted || permissionsIn(row).some((permission) => wanted.includes(permission)))
      .map((row) => (showsSets ? row : { ...row, permissionSets: [] }));
  }

  private statusOf(params: Params): string | undefined {
    return params.oneOf('symbolStatus', STATUSES, spotRefusals.badStatus);
  }

  private isIn({ instrument }: SymbolMarket, status: string): boolean {
    return this.rows.find(({ symbol }) => symbol === instrument.symbol)?.status === status;
  }
}

/** One permission or a list of them. */
function permissionsOf(params: Params): readonly string[] | undefined {
  const text = params.get('permissions');
  return text?.startsWith('[')
    ? params.list('permissions')!.map(String)
    : text === undefined
      ? undefined
      : [text];
}

const permissionsIn = (row: ExchangeInfoRow): string[] => [
  ...((row.permissions as string[] | undefined) ?? []),
  ...((row.permissionSets as string[][] | undefined) ?? []).flat(),
];
