/** Every figure by its written formula (docs/figures.md), from fills with what they brought. */
import { FigureFilter, GetPnlBreakdown, Incomplete } from '@elvis/contracts';
import { amount, sumOf, told } from './amounts';
import { BookedFill, Method, OwnLots, Side } from './own-lots';
import { RandomAccount } from './random-account';

const DAY = 86_400_000;
const NO_RESULTS = ['REALIZED_PNL', 'COMMISSION', 'TRANSFER', 'INTERNAL_TRANSFER'];

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const byText = (one: readonly [string, unknown], other: readonly [string, unknown]): number =>
  one[0] < other[0] ? -1 : 1;

export class OwnFigures {
  readonly lots: OwnLots;

  constructor(private readonly account: RandomAccount) {
    this.lots = new OwnLots(account);
  }

  inScope({ market, symbol, botConfigId, fromMs = 0, toMs = Infinity }: FigureFilter): BookedFill[] {
    return this.lots.fills.filter(
      ({ fill, atMs }) =>
        (!market || fill.market === market) &&
        (!symbol || fill.symbol === symbol) &&
        (!botConfigId || fill.botConfigId === botConfigId) &&
        atMs >= fromMs &&
        atMs < toMs,
    );
  }

  pnl({ by, method, ...scope }: GetPnlBreakdown) {
    const side = by === 'bot' || scope.botConfigId ? 'own' : 'account';
    const keyOf = {
      symbol: ({ fill }: BookedFill) => fill.symbol,
      bot: ({ owner }: BookedFill) => owner,
      day: ({ atMs }: BookedFill) => dayOf(atMs),
    }[by];
    const fills = grouped(this.inScope(scope), keyOf);
    const booked = scope.botConfigId ? undefined : this.bookings(by, scope);
    const keys = [...new Set([...fills.keys(), ...(booked?.keys() ?? [])])].sort();
    const items = keys.map((key) => {
      const own = fills.get(key) ?? [];
      const isOwner = by === 'bot' && key !== 'account';
      const bookings = booked?.get(key) ?? [];
      const funding =
        booked && !isOwner ? sumOf(bookings.filter(({ type }) => type === 'FUNDING_FEE').map(valueOf)) : null;
      const others = bookings.filter(({ type }) => type !== 'FUNDING_FEE');
      const other =
        booked && (!isOwner || key === 'liquidation')
          ? sumOf(others.filter(({ asset }) => asset === 'USDT').map(valueOf))
          : null;
      const foreign = grouped(
        others.filter(({ asset }) => asset !== 'USDT'),
        ({ asset }) => asset,
      );
      const realized = realizedOf(own, side, method);
      const fees = feesOf(own);
      return {
        key,
        realized,
        fees,
        funding,
        other,
        net: realized - fees + (funding ?? 0n) + (other ?? 0n),
        trades: own.length,
        volume: sumOf(own.map(({ quote }) => quote)),
        incomplete: [
          ...unconverted(own),
          ...[...foreign].flatMap(([asset, some]): Incomplete[] => {
            const left = sumOf(some.map(valueOf));
            return left === 0n ? [] : [{ what: 'BOOKINGS_UNCONVERTED', asset, amount: told(left) }];
          }),
          ...(funding === null ? [FUNDING] : []),
        ],
      };
    });
    return {
      items: items.map(asTold),
      total: this.totalOf(items, booked !== undefined, scope, this.apart(by, method, scope)),
    };
  }

  /** Per order: what it brought less its own fees; a result if it closed anything. */
  stats(scope: FigureFilter & { readonly toMs: number }) {
    const fills = this.inScope(scope);
    const side = scope.botConfigId ? 'own' : 'account';
    const orders = [
      ...grouped(
        fills,
        ({ fill }) => `${fill.market} ${fill.symbol} ${fill.clientOrderId} ${fill.exchangeOrderId}`,
      ).values(),
    ]
      .map((parts) => ({
        atMs: Math.max(...parts.map(({ atMs }) => atMs)),
        net: realizedOf(parts, side, 'average') - feesOf(parts),
        closes: parts.some(({ brought }) => brought[side].average.closes),
      }))
      .sort((one, other) => one.atMs - other.atMs);
    const results = orders.filter(({ closes }) => closes).map(({ net }) => net);
    const wins = results.filter((net) => net > 0n);
    const losses = results.filter((net) => net < 0n);
    const [won, lost] = [Number(sumOf(wins)), -Number(sumOf(losses))];
    let [so, peak, drawdown] = [0n, 0n, 0n];
    for (const { net } of orders) {
      so += net;
      if (so > peak) peak = so;
      if (peak - so > drawdown) drawdown = peak - so;
    }
    return {
      exact: {
        results: results.length,
        wins: wins.length,
        losses: losses.length,
        largestWin: wins.length > 0 ? told(wins.reduce((most, net) => (net > most ? net : most))) : null,
        largestLoss: losses.length > 0 ? told(losses.reduce((most, net) => (net < most ? net : most))) : null,
        netPnl: told(so),
        maxDrawdown: told(drawdown),
        tradedDays: new Set(fills.map(({ atMs }) => dayOf(atMs))).size,
        incomplete: unconverted(fills),
      },
      about: {
        winRate: results.length >= 20 ? wins.length / results.length : null,
        profitFactor: results.length >= 20 && lost > 0 ? won / lost : null,
        averageResult: results.length >= 20 ? Number(sumOf(results)) / 1e16 / results.length : null,
        ...this.ratios(fills, side, scope),
      },
    };
  }

  daily(botConfigId: string) {
    let cumulative = 0n;
    return [...grouped(this.inScope({ botConfigId }), ({ atMs }) => dayOf(atMs))]
      .sort(byText)
      .map(([day, fills]) => {
        const net = realizedOf(fills, 'own', 'average') - feesOf(fills);
        cumulative += net;
        return { day, net: told(net), cumulative: told(cumulative) };
      });
  }

  fees(period: 'day' | 'all', scope: FigureFilter) {
    const keyOf = ({ fill, atMs }: BookedFill): string =>
      `${period === 'day' ? dayOf(atMs) : ''} ${fill.feeAsset}`;
    const items = [...grouped(this.inScope(scope), keyOf)].sort(byText).map(([key, fills]) => ({
      periodStartMs: period === 'day' ? Date.parse(key.split(' ')[0] as string) : null,
      asset: key.split(' ')[1],
      fee: told(sumOf(fills.map(({ fee }) => fee))),
      feeQuote: told(feesOf(fills)),
      unconverted: told(sumOf(fills.filter(({ feeQuote }) => feeQuote === undefined).map(({ fee }) => fee))),
      trades: fills.length,
    }));
    return {
      items,
      totalQuote: told(feesOf(this.inScope(scope))),
      isComplete: items.every(({ unconverted: left }) => left === '0'),
    };
  }

  /** By one property of the fills, in the order of its values. */
  slice<Key extends string | number>(scope: FigureFilter, keyOf: (fill: BookedFill) => Key) {
    const side = scope.botConfigId ? 'own' : 'account';
    return [...grouped(this.inScope(scope), (fill) => `${keyOf(fill)}`.padStart(8)).values()]
      .map((fills) => ({
        key: keyOf(fills[0] as BookedFill),
        trades: fills.length,
        volume: told(sumOf(fills.map(({ quote }) => quote))),
        realized: told(realizedOf(fills, side, 'average')),
      }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** What the exchange booked of a day, and what our fills say of it; a booking belongs to the day of its trade. */
  statement(day: string) {
    const lines = new Map<string, { ours: bigint | null; exchange: bigint }>();
    for (const item of this.account.income.filter(({ atMs }) => dayOf(atMs) === day)) {
      const key = `${item.asset} ${item.type}`;
      const isTraded = ['REALIZED_PNL', 'COMMISSION'].includes(item.type);
      const known = lines.get(key) ?? { ours: isTraded ? 0n : null, exchange: 0n };
      lines.set(key, { ...known, exchange: known.exchange + valueOf(item) });
    }
    for (const { fill, atMs, fee } of this.inScope({ market: 'futures' })) {
      if (dayOf(atMs) !== day) continue;
      const add = (key: string, value: bigint): void => {
        const known = lines.get(key) ?? { ours: 0n, exchange: 0n };
        lines.set(key, { ...known, ours: (known.ours ?? 0n) + value });
      };
      add(`${fill.feeAsset} COMMISSION`, -fee);
      add('USDT REALIZED_PNL', amount(fill.realizedPnl));
    }
    return [...lines].sort(byText).map(([key, { ours, exchange }]) => ({
      asset: key.split(' ')[0],
      type: key.split(' ')[1],
      ours: ours === null ? null : told(ours),
      exchange: told(exchange),
      difference: ours === null ? null : told(exchange - ours),
    }));
  }

  private ratios(
    fills: readonly BookedFill[],
    side: Side,
    { fromMs, toMs }: FigureFilter & { readonly toMs: number },
  ) {
    const days = grouped(fills, ({ atMs }) => dayOf(atMs));
    if (days.size < 7) return { sharpe: null, sortino: null };
    const first = Math.floor((fromMs ?? Math.min(...fills.map(({ atMs }) => atMs))) / DAY) * DAY;
    const daily: number[] = [];
    for (let day = first; day < toMs; day += DAY) {
      const some = days.get(dayOf(day)) ?? [];
      daily.push(Number(realizedOf(some, side, 'average') - feesOf(some)) / 1e16);
    }
    const mean = daily.reduce((so, net) => so + net, 0) / daily.length;
    const spread = Math.sqrt(daily.reduce((so, net) => so + (net - mean) ** 2, 0) / (daily.length - 1));
    const fall = Math.sqrt(daily.reduce((so, net) => so + Math.min(net, 0) ** 2, 0) / daily.length);
    return {
      sharpe: spread > 0 ? (mean / spread) * Math.sqrt(365) : null,
      sortino: fall > 0 ? (mean / fall) * Math.sqrt(365) : null,
    };
  }

  private bookings(by: GetPnlBreakdown['by'], { market, symbol, fromMs = 0, toMs = Infinity }: FigureFilter) {
    if (market === 'spot') return new Map<string, RandomAccount['income']>();
    const items = this.account.income.filter(
      (item) =>
        !NO_RESULTS.includes(item.type) &&
        (!symbol || item.symbol === symbol) &&
        item.atMs >= fromMs &&
        item.atMs < toMs,
    );
    return grouped(items, ({ symbol: of, type, atMs }) =>
      by === 'symbol'
        ? (of ?? 'account')
        : by === 'day'
          ? dayOf(atMs)
          : type === 'INSURANCE_CLEAR'
            ? 'liquidation'
            : 'account',
    );
  }

  /** By bot: what the account realised more than all owners together. */
  private apart(by: GetPnlBreakdown['by'], method: Method, scope: FigureFilter): bigint {
    if (by !== 'bot' || scope.botConfigId) return 0n;
    const fills = this.inScope(scope);
    return realizedOf(fills, 'account', method) - realizedOf(fills, 'own', method);
  }

  private totalOf(items: readonly Line[], isAccount: boolean, scope: FigureFilter, apart: bigint) {
    const total = (pick: (line: Line) => bigint | null): string =>
      told(sumOf(items.map((line) => pick(line) ?? 0n)));
    const foreign = items
      .flatMap(({ incomplete }) => incomplete)
      .filter(({ what }) => what === 'BOOKINGS_UNCONVERTED');
    const left = sumOf(foreign.map(({ amount: text }) => amount(text ?? '0')));
    return {
      realized: total(({ realized }) => realized),
      fees: total(({ fees }) => fees),
      funding: isAccount ? total(({ funding }) => funding) : null,
      other: isAccount ? total(({ other }) => other) : null,
      net: total(({ net }) => net),
      trades: items.reduce((so, { trades }) => so + trades, 0),
      volume: total(({ volume }) => volume),
      incomplete: sorted([
        ...unconverted(this.inScope(scope)),
        ...(foreign.length > 0
          ? [{ what: 'BOOKINGS_UNCONVERTED', asset: 'BNB', amount: told(left) } as const]
          : []),
        ...(isAccount ? [] : [FUNDING]),
        ...(apart === 0n ? [] : [{ what: 'OPEN_LOTS', asset: null, amount: told(apart) } as const]),
      ]),
    };
  }
}

interface Line {
  readonly key: string;
  readonly realized: bigint;
  readonly fees: bigint;
  readonly funding: bigint | null;
  readonly other: bigint | null;
  readonly net: bigint;
  readonly trades: number;
  readonly volume: bigint;
  readonly incomplete: readonly Incomplete[];
}

const FUNDING: Incomplete = { what: 'FUNDING', asset: null, amount: null };

export const sorted = (left: readonly Incomplete[]): Incomplete[] =>
  [...left].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

const asTold = (line: Line) => ({
  ...line,
  realized: told(line.realized),
  fees: told(line.fees),
  funding: line.funding === null ? null : told(line.funding),
  other: line.other === null ? null : told(line.other),
  net: told(line.net),
  volume: told(line.volume),
  incomplete: sorted(line.incomplete),
});

const valueOf = ({ amount: text }: { readonly amount: string }): bigint => amount(text);
const realizedOf = (fills: readonly BookedFill[], side: Side, method: Method): bigint =>
  sumOf(fills.map(({ brought }) => brought[side][method].realized));
const feesOf = (fills: readonly BookedFill[]): bigint => sumOf(fills.map(({ feeQuote }) => feeQuote ?? 0n));
const unconverted = (fills: readonly BookedFill[]): Incomplete[] =>
  [
    ...grouped(
      fills.filter(({ feeQuote }) => feeQuote === undefined),
      ({ fill }) => fill.feeAsset,
    ),
  ].map(([asset, some]) => ({
    what: 'FEES_UNCONVERTED',
    asset,
    amount: told(sumOf(some.map(({ fee }) => fee))),
  }));
