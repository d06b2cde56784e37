/** The words of `npm run status -- --watch`. Figures are strings and shown as they were given. */
import { table } from '../running-system';

/** Of `GET /api/v1/overview`, what is shown; a part that could not be had is null. */
export interface OverviewAnswer {
  readonly at: string;
  readonly tradingState: { readonly state: string; readonly epoch: number } | null;
  readonly equity: { readonly asset: string; readonly equity: string; readonly free: string } | null;
  readonly day: { readonly asset: string; readonly pnl: string; readonly lossLimit: string } | null;
  readonly positions:
    | readonly {
        readonly symbol: string;
        readonly side: string;
        readonly quantity: string;
        readonly entryPrice: string;
        readonly markPrice: string;
        readonly unrealizedPnl: string;
      }[]
    | null;
  readonly alerts: {
    readonly open: number;
    readonly isMore: boolean;
    readonly items: readonly { readonly severity: string; readonly text: string }[];
  } | null;
  readonly exchange: {
    readonly meters: readonly {
      readonly market: string;
      readonly kind: string;
      readonly windowMs: number;
      readonly used: number;
      readonly reserved: number;
      readonly limit: number;
    }[];
    readonly freezes: readonly object[];
  } | null;
}

/** Of `GET /api/v1/bot-states`, what is shown. */
export interface BotsAnswer {
  readonly items: readonly { readonly status: string }[];
}

const UNKNOWN = 'not known';

/** One glance, lines without an end. `bots` is undefined where they could not be had. */
export function glance(overview: OverviewAnswer, bots: BotsAnswer | undefined): string {
  const { at, tradingState, equity, day, positions, alerts, exchange } = overview;
  const lines = [
    `as of     ${at}`,
    `trading   ${tradingState ? `${tradingState.state} (epoch ${tradingState.epoch})` : UNKNOWN}`,
    `equity    ${equity ? `${equity.equity} ${equity.asset}, ${equity.free} free` : UNKNOWN}`,
    `day PnL   ${day ? `${day.pnl} ${day.asset} (loss limit ${day.lossLimit})` : UNKNOWN}`,
    `bots      ${bots ? byState(bots) : UNKNOWN}`,
    `exchange  ${exchange ? budgetOf(exchange) : UNKNOWN}`,
    `alerts    ${alerts ? `${alerts.open}${alerts.isMore ? ' or more' : ''} open` : UNKNOWN}`,
    ...(alerts?.items ?? []).map(({ severity, text }) => `  ${severity}: ${text}`),
    positions ? `positions ${positions.length === 0 ? 'none' : positions.length}` : `positions ${UNKNOWN}`,
  ].map(plain);
  return positions && positions.length > 0
    ? `${lines.join('\n')}\n${positionTable(positions)}`
    : lines.join('\n');
}

function byState({ items }: BotsAnswer): string {
  const counts = new Map<string, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ') || 'none';
}

function budgetOf({ meters, freezes }: NonNullable<OverviewAnswer['exchange']>): string {
  const budgets = meters.map(
    ({ market, kind, windowMs, used, reserved, limit }) =>
      `${market} ${kind} ${used + reserved}/${limit} in ${windowMs / 1_000} s`,
  );
  return [freezes.length === 0 ? 'no freeze' : `FROZEN (${freezes.length})`, ...budgets].join('; ');
}

const positionTable = (positions: NonNullable<OverviewAnswer['positions']>): string =>
  table(
    ['symbol', 'side', 'quantity', 'entry', 'mark', 'unrealized'],
    positions.map((one) =>
      [one.symbol, one.side, one.quantity, one.entryPrice, one.markPrice, one.unrealizedPnl].map(plain),
    ),
  );

/** What an alert says can come from outside: it must not steer the terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ');
