/** Grafana's dashboards as a table: what each panel asks. The JSON files are made from it, for compose and as ConfigMaps. */
interface Panel {
  readonly title: string;
  /** Query -> how its line is called. */
  readonly asks: Readonly<Record<string, string>>;
  readonly unit?: 's' | 'percentunit' | 'bytes' | 'none' | 'ops';
}

interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const quantile = (share: number, histogram: string): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket[5m])))`;

export const DASHBOARDS: readonly Dashboard[] = [
  {
    name: 'overview',
    title: 'Elvis: overview',
    panels: [
      { title: 'Equity', asks: { 'max by (asset) (elvis_equity)': '{{asset}}' } },
      { title: 'Result of the day', asks: { 'max by (asset) (elvis_day_pnl)': '{{asset}}' } },
      { title: 'Unrealized', asks: { 'max by (asset) (elvis_unrealized)': '{{asset}}' } },
      { title: 'Open positions', asks: { 'max(elvis_open_positions)': 'positions' } },
      { title: 'Age of these figures', asks: { 'min(elvis_account_age_seconds)': 'age' }, unit: 's' },
      { title: 'Processes that answer', asks: { 'sum by (job) (up)': '{{job}}' } },
      { title: 'Builds side by side', asks: { 'max(elvis_fleet_builds)': 'builds' } },
      {
        title: 'Alerts',
        asks: { 'sum by (kind, outcome) (increase(gateway_alerts_total[1h]))': '{{kind}} {{outcome}}' },
      },
    ],
  },
  {
    name: 'order-path',
    title: 'Elvis: order path',
    panels: [
      {
        title: 'Decisions of risk',
        asks: { 'sum by (verdict) (rate(elvis_risk_decisions_total[1m]))': '{{verdict}}' },
        unit: 'ops',
      },
      {
        title: 'Not decided, by the missing input',
        asks: { 'sum by (code) (rate(elvis_risk_undecided_total[5m]))': '{{code}}' },
        unit: 'ops',
      },
      { title: 'Orders with an unknown outcome', asks: { 'sum(elvis_orders_unresolved)': 'orders' } },
      { title: 'Events that wait to be published', asks: { 'max(elvis_event_relay_lag)': 'records' } },
      {
        title: 'Events stored',
        asks: { 'sum by (outcome) (rate(elvis_history_events_total[1m]))': '{{outcome}}' },
        unit: 'ops',
      },
      {
        title: 'Requests under way',
        asks: { 'sum by (instance) (gateway_requests_in_flight)': '{{instance}}' },
      },
      {
        title: 'Processor',
        asks: { 'sum by (instance) (rate(process_cpu_seconds_total[1m]))': '{{instance}}' },
      },
      {
        title: 'Memory',
        asks: { 'sum by (instance) (process_resident_memory_bytes)': '{{instance}}' },
        unit: 'bytes',
      },
    ],
  },
  {
    name: 'exchange-budget',
    title: 'Elvis: exchange budget',
    panels: [
      {
        title: 'Used of each window',
        asks: {
          'max by (market, kind, window_ms) (elvis_exchange_used / elvis_exchange_limit)':
            '{{market}} {{kind}} {{window_ms}}',
        },
        unit: 'percentunit',
      },
      {
        title: 'Used by others',
        asks: { 'max by (market, kind) (elvis_exchange_foreign)': '{{market}} {{kind}}' },
      },
      {
        title: 'Calls',
        asks: { 'sum by (market) (rate(elvis_exchange_calls_total[1m]))': '{{market}}' },
        unit: 'ops',
      },
      {
        title: 'Refused for want of budget',
        asks: { 'sum(rate(elvis_budget_refusals_total[5m]))': 'refused' },
        unit: 'ops',
      },
      {
        title: 'Freezes',
        asks: { 'sum by (market, kind) (increase(elvis_exchange_freezes_total[1h]))': '{{market}} {{kind}}' },
      },
    ],
  },
  {
    name: 'bots-and-queue',
    title: 'Elvis: bots and queue',
    panels: [
      { title: 'Bots by state', asks: { 'max by (state) (elvis_bots_state)': '{{state}}' } },
      {
        title: 'Steps',
        asks: { 'sum by (result) (rate(elvis_bots_steps_total[1m]))': '{{result}}' },
        unit: 'ops',
      },
      {
        title: 'From the cause to the end of a step',
        asks: {
          [quantile(0.5, 'elvis_bots_step_late_seconds')]: 'p50',
          [quantile(0.99, 'elvis_bots_step_late_seconds')]: 'p99',
        },
        unit: 's',
      },
      {
        title: 'Positions without their stop',
        asks: { 'max by (bot) (elvis_bots_unprotected_seconds)': '{{bot}}' },
        unit: 's',
      },
      { title: 'Work that waits', asks: { 'max by (queue) (elvis_work_depth)': '{{queue}}' } },
      {
        title: 'Oldest of it',
        asks: { 'max by (queue) (elvis_work_oldest_seconds)': '{{queue}}' },
        unit: 's',
      },
      { title: 'Workers wanted by plan', asks: { 'max(elvis_bots_workers_wanted)': 'workers' } },
      {
        title: 'Backtests',
        asks: { 'sum by (state) (increase(elvis_research_jobs_total[1h]))': '{{state}}' },
      },
    ],
  },
  {
    name: 'market-data',
    title: 'Elvis: market data',
    panels: [
      {
        title: 'Age of the newest data',
        asks: { 'min by (symbol, kind) (elvis_market_age_seconds)': '{{symbol}} {{kind}}' },
        unit: 's',
      },
      {
        title: 'Connections lost',
        asks: { 'sum(increase(elvis_market_connections_lost_total[1h]))': 'lost' },
      },
      {
        title: 'Books built again',
        asks: { 'sum by (reason) (increase(elvis_market_book_resyncs_total[1h]))': '{{reason}}' },
      },
      {
        title: 'Candles sealed after',
        asks: { [quantile(0.99, 'elvis_candles_seal_delay_seconds')]: 'p99' },
        unit: 's',
      },
      { title: 'Minutes with missing trades', asks: { 'max(elvis_candles_missing_minutes)': 'minutes' } },
      {
        title: 'Away from the reference venue',
        asks: { 'max by (symbol) (abs(elvis_market_divergence))': '{{symbol}}' },
        unit: 'percentunit',
      },
    ],
  },
  {
    name: 'risk-and-halts',
    title: 'Elvis: risk and halts',
    panels: [
      {
        title: 'Limits, as a share',
        asks: { 'max by (limit, about) (elvis_risk_limit_used)': '{{limit}} {{about}}' },
        unit: 'percentunit',
      },
      {
        title: 'Differences from the exchange',
        asks: { 'sum by (kind) (increase(elvis_account_differences_total[1h]))': '{{kind}}' },
      },
      {
        title: 'Orders overruled or opened again',
        asks: {
          'sum(increase(elvis_orders_overruled_total[1h]))': 'overruled',
          'sum(increase(elvis_orders_reopened_total[1h]))': 'opened again',
        },
      },
      { title: 'Dead man’s switch, symbols', asks: { 'max(elvis_dead_man_armed)': 'armed' } },
      { title: 'Dead letters', asks: { 'sum(increase(elvis_history_dead_letters_total[1h]))': 'letters' } },
    ],
  },
];

const WIDTH = 12;
const HEIGHT = 8;

export const grafanaJson = ({ name, title, panels }: Dashboard): string =>
  `${JSON.stringify(
    {
      uid: `elvis-${name}`,
      title,
      tags: ['elvis'],
      timezone: 'utc',
      schemaVersion: 39,
      refresh: '15s',
      time: { from: 'now-6h', to: 'now' },
      panels: panels.map(({ title: heading, asks, unit = 'none' }, index) => ({
        id: index + 1,
        type: 'timeseries',
        title: heading,
        gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
        datasource: { type: 'prometheus', uid: 'prometheus' },
        fieldConfig: { defaults: { unit }, overrides: [] },
        targets: Object.entries(asks).map(([expr, legendFormat], line) => ({
          refId: String.fromCharCode(65 + line),
          expr,
          legendFormat,
        })),
      })),
    },
    null,
    2,
  )}\n`;
