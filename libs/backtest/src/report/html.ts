/** The report as one page without outside links: it can be sent, kept and opened anywhere. */
import { nameOfCell } from '../study/grid';
import { Figure } from './figures';
import { GridCell } from './grid-table';
import { RecordedOutcome } from '../recording/recorded-outcome';
import { BacktestReport } from './report';
import { minuteOf } from './utc';

const TRADES_SHOWN = 500;

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
const plain = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));

function shown({ value, low, high, why }: Figure, write: (value: number) => string): string {
  if (value === null) return `<span class="none">unknown: ${escaped(why ?? '')}</span>`;
  const interval =
    low !== undefined && high !== undefined ? ` <small>${write(low)} to ${write(high)}</small>` : '';
  return `${write(value)}${interval}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
    .join('')}</table>`;

const named = (values: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  Object.entries(values).map(([name, value]) => [escaped(name), escaped(value)]);

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.keys(of).length === 0
    ? '<p>None.</p>'
    : table(
        ['what', 'how often'],
        Object.entries(of).map(([name, count]) => [escaped(name), String(count)]),
      );

const WIDTH = 960;
const HEIGHT = 240;

/** A line over time as a picture, from values at even steps. */
function picture(values: readonly number[], title: string, write: (value: number) => string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const points = values
    .map((value, at) => {
      const x = (at / Math.max(1, values.length - 1)) * WIDTH;
      return `${x.toFixed(1)},${(HEIGHT - ((value - low) / span) * HEIGHT).toFixed(1)}`;
    })
    .join(' ');
  return `<figure><figcaption>${escaped(title)}: ${write(low)} to ${write(high)}</figcaption><svg viewBox="0 -4 ${WIDTH} ${HEIGHT + 8}" role="img" aria-label="${escaped(title)}"><polyline points="${points}"/></svg></figure>`;
}

function drawdowns(equity: readonly number[]): readonly number[] {
  let peak = 0;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

const gridTable = (cells: readonly GridCell[]): readonly string[] =>
  cells.length === 0
    ? []
    : [
        '<h2>Grid</h2>',
        table(
          ['parameters', 'net return', 'maximum drawdown', 'trades', 'Sharpe ratio, daily'],
          cells.map(({ params, netReturn, maximumDrawdown, trades, dailySharpe, why }) => [
            escaped(nameOfCell(params)),
            netReturn === null ? `<span class="none">${escaped(why ?? '')}</span>` : percent(netReturn),
            maximumDrawdown === null ? '' : percent(maximumDrawdown),
            trades === null ? '' : String(trades),
            dailySharpe === null ? '' : plain(dailySharpe),
          ]),
        ),
      ];

function recordingTable({ recording }: BacktestReport): readonly string[] {
  if (recording === undefined) return [];
  const { byOrderBook, byCandles, difference, delay } = recording;
  const row = (
    name: string,
    { netReturn, fees, trades }: RecordedOutcome['difference'],
  ): readonly string[] => [name, percent(netReturn), escaped(fees), String(trades)];
  return [
    '<h2>On the recorded order book</h2>',
    `<p>${escaped(recording.name)}, ${recording.minutes} minutes, played ${recording.rounds.toFixed(2)} times, after ${recording.generatedMinutes} generated minutes that warmed indicators up; orders were under way for ${delay.medianMs} ms (median) and ${delay.p99Ms} ms (99th percentile). File ${escaped(recording.hash)}.</p>`,
    table(
      ['filled by', 'net return', 'fees', 'trades'],
      [
        row('the order book and its queue', byOrderBook),
        row('the rules for candles', byCandles),
        row('difference', difference),
      ],
    ),
    table(
      ['order', 'side', 'quantity', 'price', 'status', 'filled at'],
      recording.orders
        .slice(0, TRADES_SHOWN)
        .map(({ name, side, quantity, price, status, fills }) => [
          escaped(name),
          side,
          escaped(quantity),
          escaped(price ?? 'market'),
          status,
          escaped(fills.map((fill) => `${fill.quantity} at ${fill.price}`).join(', ')),
        ]),
    ),
  ];
}

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#1b1f24}table{border-collapse:collapse;margin:.5em 0}td,th{padding:.2em .8em;border-bottom:1px solid #d8dee4;text-align:left}th{font-weight:600}svg{width:100%;border:1px solid #d8dee4}polyline{fill:none;stroke:#1f6feb;stroke-width:1.5}.none,small{color:#656d76}.told{background:#fff8c5;padding:.5em 1em}';

export function htmlOf(report: BacktestReport): string {
  const { strategy, data, figures } = report;
  const equity = report.curve.map((point) => point.equity);
  const rows: readonly (readonly [string, string])[] = [
    ['Net return', shown(figures.netReturn, percent)],
    ['Maximum drawdown', shown(figures.maximumDrawdown, percent)],
    ['Trades', shown(figures.trades, plain)],
    ['Share of trades that won', shown(figures.winShare, percent)],
    ['Profit factor', shown(figures.profitFactor, plain)],
    ['Mean net of a trade', shown(figures.meanTrade, plain)],
    ['Time in the market', shown(figures.timeInMarket, percent)],
    ['Sharpe ratio, daily', shown(figures.dailySharpe, plain)],
    ['Sharpe ratio, annual', shown(figures.annualSharpe, plain)],
    ['Sortino ratio, daily', shown(figures.dailySortino, plain)],
    ['Value at risk of a day, 95 %', shown(figures.dailyValueAtRisk, percent)],
    ['Expected shortfall of a day, 95 %', shown(figures.dailyExpectedShortfall, percent)],
    ['Days needed to be sure of the ratio', shown(figures.daysNeeded, plain)],
    [`Sharpe ratio deflated for ${report.trial} trials`, shown(figures.deflatedSharpe, percent)],
    ['Probability that the best of the grid is chance', shown(figures.overfitting, percent)],
  ];
  const told =
    data.origin === 'generated'
      ? '<p class="told">These candles were generated. They show how the strategy behaves, not what it earns.</p>'
      : '';
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(strategy.name)} on ${escaped(data.name)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(strategy.name)} ${strategy.version} on ${escaped(data.symbol)}, ${escaped(report.bot.interval)}</h1>`,
    `<p>${minuteOf(data.fromMs)} to ${minuteOf(data.toMs)} UTC, ${data.candles} candles of ${escaped(data.interval)} (${data.origin}: ${escaped(data.name)}); capital ${escaped(report.capital)}, leverage ${report.leverage}.</p>`,
    told,
    picture(equity, 'Equity', (value) => value.toFixed(2)),
    picture(drawdowns(equity), 'Drawdown', percent),
    '<h2>Figures</h2><p>Small: the interval of 95 %, by block bootstrap or Wilson.</p>',
    table(['figure', 'value'], rows),
    '<h2>Costs</h2>',
    table(
      ['fees', 'funding', 'slippage and spread'],
      [[report.paid.fees, report.paid.funding, report.paid.slippage].map(escaped)],
    ),
    table(['assumed', 'value'], named(report.costs)),
    '<h2>By month</h2>',
    table(
      ['month', 'net', 'trades'],
      report.monthly.map(({ month, net, trades }) => [month, escaped(net), String(trades)]),
    ),
    '<h2>How positions ended</h2>',
    counts(report.exits),
    '<h2>Denied by risk</h2>',
    counts(report.denials),
    '<h2>Limits of risk</h2>',
    table(['limit', 'value'], named(report.limits)),
    '<h2>Wishes that were not sent as wished</h2>',
    counts(report.cuts),
    '<h2>Parameters</h2>',
    table(
      ['name', 'value'],
      Object.entries(strategy.params).map(([name, value]) => [escaped(name), escaped(String(value))]),
    ),
    '<h2>With one parameter a fifth lower or higher</h2>',
    table(
      ['parameter', 'value', 'net return'],
      report.sensitivity.map(({ parameter, value, netReturn, why }) => [
        escaped(parameter),
        escaped(value),
        netReturn === null ? `<span class="none">${escaped(why ?? '')}</span>` : percent(netReturn),
      ]),
    ),
    '<h2>Chosen before, tried after (walk-forward)</h2>',
    table(
      ['from', 'to', 'parameters', 'return before', 'return after'],
      report.walkForward.map((part) => [
        minuteOf(part.fromMs),
        minuteOf(part.toMs),
        escaped(JSON.stringify(part.params)),
        percent(part.netReturnBefore),
        percent(part.netReturn),
      ]),
    ),
    ...gridTable(report.grid),
    ...recordingTable(report),
    '<h2>How orders were filled</h2>',
    `<ul>${report.fillRules.map((rule) => `<li>${escaped(rule)}</li>`).join('')}</ul>`,
    `<p>${report.ambiguousCandles} candles reached both stop and target; ${report.liquidations} liquidations; ${report.warmUpCandles} candles of warm-up.</p>`,
    '<h2>What this cannot tell</h2>',
    `<ul>${report.cannotTell.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`,
    `<h2>Trades</h2>${report.trades.length > TRADES_SHOWN ? `<p>The first ${TRADES_SHOWN} of ${report.trades.length}; all are in report.json.</p>` : ''}`,
    table(
      ['opened', 'closed', 'side', 'quantity', 'in', 'out', 'net', 'why in', 'why out'],
      report.trades
        .slice(0, TRADES_SHOWN)
        .map((trade) => [
          minuteOf(trade.openedAtMs),
          minuteOf(trade.closedAtMs),
          trade.direction,
          escaped(trade.quantity),
          escaped(trade.entryPrice),
          escaped(trade.exitPrice),
          escaped(trade.net),
          escaped(trade.because.entry),
          escaped(trade.because.exit),
        ]),
    ),
    `<p><small>Data ${escaped(data.hash)}; strategy ${escaped(report.hashes.strategy)}; rules ${escaped(report.hashes.rules)}; build ${escaped(report.hashes.build)}; seed ${report.seed}.</small></p></body></html>\n`,
  ].join('\n');
}
