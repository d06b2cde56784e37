/**
 * Where profit and loss came from: the results of the lots, fees, and what the exchange booked beside. By bot means
 * by that bot's own lots, otherwise the account's average counts; first in, first out is worked out when asked for.
 */
import { GetPnlBreakdown, Incomplete, PnlAmounts, PnlBreakdownReply, PnlLine } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { EquityRecorder } from '../account/equity-recorder';
import { IncomeRecorder } from '../account/income-recorder';
import { Database } from '../database/database';
import { Booked, Bookings, NOTHING_BOOKED } from './bookings';
import { DaySum, FUNDING, daySums, leftOut, together } from './day-sums';
import { Fifo, FifoResults } from './fifo';
import { OWNER, realizedOf } from './figure-scope';

const KEYS = { symbol: 'symbol', bot: OWNER, day: `to_char(day, 'YYYY-MM-DD')` } as const;

/** Of the account's open positions, at `atMs` on the exchange's clock. */
interface Unrealized {
  readonly bySymbol: ReadonlyMap<string, Decimal>;
  readonly atMs: number;
}

/** What the lines are made of. */
interface Parts {
  readonly sums: ReadonlyMap<string, DaySum>;
  readonly fifo: FifoResults | undefined;
  readonly booked: ReadonlyMap<string, Booked> | undefined;
  readonly open: Unrealized | undefined;
}

@Injectable()
export class PnlBreakdown {
  constructor(
    private readonly database: Database,
    private readonly account: EquityRecorder,
    private readonly income: IncomeRecorder,
    private readonly bookings: Bookings,
    private readonly fifo: Fifo,
  ) {}

  async of(wish: GetPnlBreakdown): Promise<PnlBreakdownReply> {
    const { by, method } = wish;
    const [sums, fifo, booked] = await Promise.all([
      daySums(this.database, wish, KEYS[by], realizedOf(wish)),
      method === 'fifo' ? this.fifo.of(wish) : undefined,
      this.bookings.of(wish),
    ]);
    const unrealized = this.unrealized(wish);
    const parts = {
      sums: new Map(sums.map((sum) => [sum.key, sum])),
      fifo,
      booked,
      open: by === 'symbol' ? unrealized : undefined,
    };
    const keys = new Set([
      ...parts.sums.keys(),
      ...(booked?.keys() ?? []),
      ...(parts.open?.bySymbol.keys() ?? []),
    ]);
    const items = [...keys].sort().map((key) => lineOf(key, parts, by === 'bot' && key !== 'account'));
    const apart = by === 'bot' && !wish.botConfigId ? openLots(sums, fifo) : ZERO;
    return {
      by,
      method,
      items,
      total: totalOf(items, booked !== undefined, unrealized, apart),
      bookingsUntilMs: this.income.fetchedUntilMs ?? null,
    };
  }

  /** Only the present has any. */
  private unrealized({ market, symbol, botConfigId, toMs }: GetPnlBreakdown): Unrealized | undefined {
    if (botConfigId || toMs !== undefined || market === 'spot') return undefined;
    const present = this.account.present();
    if (!present) return undefined;
    const open = present.positions
      .filter((position) => !symbol || position.symbol === symbol)
      .filter(({ quantity }) => !new Decimal(quantity).isZero());
    return {
      bySymbol: new Map(open.map((position) => [position.symbol, new Decimal(position.unrealizedPnl)])),
      atMs: present.asOfMs,
    };
  }
}

/** Funding cannot be told apart for one of several owners; a liquidation's clearance can. */
function lineOf(key: string, { sums, fifo, booked, open }: Parts, isOwner: boolean): PnlLine {
  const sum = sums.get(key);
  const told = booked && (booked.get(key) ?? NOTHING_BOOKED);
  const hasFunding = told !== undefined && !isOwner;
  const hasOther = told !== undefined && (!isOwner || key === 'liquidation');
  const realized = fifo ? (fifo.realized.get(key) ?? ZERO) : new Decimal(sum?.realized ?? 0);
  const fees = new Decimal(sum?.fees ?? 0);
  const funding = hasFunding ? told.funding : null;
  const other = hasOther ? told.other : null;
  const unbooked = fifo ? (fifo.unbooked.get(key) ?? 0) : (sum?.unbooked ?? 0);
  return {
    key,
    realized: realized.toFixed(),
    fees: fees.toFixed(),
    funding: funding?.toFixed() ?? null,
    other: other?.toFixed() ?? null,
    net: realized
      .minus(fees)
      .plus(funding ?? ZERO)
      .plus(other ?? ZERO)
      .toFixed(),
    unrealized: open?.bySymbol.get(key)?.toFixed() ?? null,
    unrealizedAtMs: open?.bySymbol.has(key) ? open.atMs : null,
    trades: sum?.trades ?? 0,
    volume: sum?.volume ?? '0',
    incomplete: [
      ...leftOut({ unconverted: sum?.unconverted ?? [], unbooked }),
      ...(told?.incomplete ?? []),
      ...(hasFunding ? [] : [FUNDING]),
    ],
  };
}

/** What the account realised more than all owners together. */
const openLots = (sums: readonly DaySum[], fifo: FifoResults | undefined): Decimal =>
  fifo
    ? fifo.apart
    : sums.reduce((so, { realized, accountRealized }) => so.plus(accountRealized).minus(realized), ZERO);

function totalOf(
  items: readonly PnlLine[],
  isAccount: boolean,
  unrealized: Unrealized | undefined,
  apart: Decimal,
): PnlAmounts {
  const sum = (pick: (line: PnlLine) => string | null): string =>
    items.reduce((so, line) => so.plus(pick(line) ?? 0), ZERO).toFixed();
  const open = unrealized && [...unrealized.bySymbol.values()].reduce((so, value) => so.plus(value), ZERO);
  // The account's funding is in its total, be it in a line of its own.
  const leftOutOf = ({ incomplete }: PnlLine): readonly Incomplete[] =>
    isAccount ? incomplete.filter(({ what }) => what !== 'FUNDING') : incomplete;
  return {
    realized: sum(({ realized }) => realized),
    fees: sum(({ fees }) => fees),
    funding: isAccount ? sum(({ funding }) => funding) : null,
    other: isAccount ? sum(({ other }) => other) : null,
    net: sum(({ net }) => net),
    unrealized: open?.toFixed() ?? null,
    unrealizedAtMs: unrealized?.atMs ?? null,
    trades: items.reduce((so, { trades }) => so + trades, 0),
    volume: sum(({ volume }) => volume),
    incomplete: together([
      ...items.map(leftOutOf),
      isAccount ? [] : [FUNDING],
      apart.isZero() ? [] : [{ what: 'OPEN_LOTS', asset: null, amount: apart.toFixed() }],
    ]),
  };
}
