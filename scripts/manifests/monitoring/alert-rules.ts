/**
 * What Prometheus wakes people for: each rule with a series that makes it fire and one that does not, and the section of
 * docs/runbook.md of the same name. The PrometheusRule and the rules for compose are made from this.
 */
export interface AlertRule {
  /** Also the heading of its section in the runbook. */
  readonly name: string;
  readonly severity: 'critical' | 'warning';
  readonly expr: string;
  /** For how long it has to hold. */
  readonly lasts?: string;
  /** One sentence; `{{ $labels.x }}` and `{{ $value }}` are Prometheus's. */
  readonly summary: string;
  /** In promtool's notation, one value each 15 s. */
  readonly fires: Readonly<Record<string, string>>;
  readonly silent: Readonly<Record<string, string>>;
}

/** A figure that stays, for longer than any rule waits. */
const stays = (value: number): string => `${value}x80`;
/** A count that grows once, well into the series. */
const ONCE = '0x20 1x60';

const rule = (
  name: string,
  severity: AlertRule['severity'],
  expr: string,
  summary: string,
  rest: Pick<AlertRule, 'fires' | 'silent'> & { readonly lasts?: string },
): AlertRule => ({ name, severity, expr, summary, ...rest });

/** A counter that ought to stand still. */
const counted = (name: string, severity: AlertRule['severity'], metric: string, summary: string): AlertRule =>
  rule(name, severity, `sum(increase(${metric}[10m])) > 0`, summary, {
    fires: { [metric]: ONCE },
    silent: { [metric]: stays(7) },
  });

export const ALERT_RULES: readonly AlertRule[] = [
  rule(
    'ServiceDown',
    'critical',
    'up{job=~".*elvis"} == 0',
    'The process {{ $labels.instance }} does not answer',
    {
      lasts: '30s',
      fires: { 'up{job="elvis-live/elvis",instance="risk"}': stays(0) },
      silent: { 'up{job="elvis-live/elvis",instance="risk"}': stays(1) },
    },
  ),
  rule(
    'OrdersUnresolved',
    'critical',
    'sum(elvis_orders_unresolved) > 0',
    '{{ $value }} orders have an outcome that is not known',
    {
      lasts: '1m',
      fires: { elvis_orders_unresolved: stays(1) },
      silent: { elvis_orders_unresolved: stays(0) },
    },
  ),
  counted(
    'ExchangeFrozen',
    'warning',
    'elvis_exchange_freezes_total',
    'The exchange has rate-limited or banned Elvis',
  ),
  rule(
    'ExchangeBudget',
    'warning',
    'max by (market, kind, window_ms) (elvis_exchange_used / elvis_exchange_limit) > 0.8',
    'More than 80 % of the {{ $labels.kind }} of {{ $labels.market }} is used',
    {
      lasts: '1m',
      fires: {
        'elvis_exchange_used{kind="weight"}': stays(90),
        'elvis_exchange_limit{kind="weight"}': stays(100),
      },
      silent: {
        'elvis_exchange_used{kind="weight"}': stays(70),
        'elvis_exchange_limit{kind="weight"}': stays(100),
      },
    },
  ),
  counted(
    'OrderOverruled',
    'critical',
    'elvis_orders_overruled_total',
    'The exchange overruled our record of an order',
  ),
  counted(
    'AccountDiffers',
    'warning',
    'elvis_account_differences_total',
    'Our books differed from the exchange and were corrected',
  ),
  counted(
    'DeadLetter',
    'critical',
    'elvis_history_dead_letters_total',
    'An event could not be stored in the history',
  ),
  rule(
    'EventsWait',
    'warning',
    'max(elvis_event_relay_lag) > 1000',
    '{{ $value }} records of the journal are not published yet',
    {
      lasts: '30s',
      fires: { elvis_event_relay_lag: stays(5_000) },
      silent: { elvis_event_relay_lag: stays(20) },
    },
  ),
  rule(
    'BuildsDisagree',
    'warning',
    'max(elvis_fleet_builds) > 1',
    '{{ $value }} builds have been running side by side for ten minutes',
    {
      lasts: '10m',
      fires: { elvis_fleet_builds: stays(2) },
      silent: { elvis_fleet_builds: stays(1) },
    },
  ),
  rule(
    'AccountStale',
    'critical',
    'min(elvis_account_age_seconds) > 10',
    'What the account is worth is {{ $value }} s old; nothing opens',
    {
      lasts: '15s',
      fires: { elvis_account_age_seconds: stays(30) },
      silent: { elvis_account_age_seconds: stays(1) },
    },
  ),
  rule(
    'LimitNearlyUsed',
    'warning',
    'max by (limit, about) (elvis_risk_limit_used{limit=~"RISK_MAX_DAILY_LOSS|RISK_MAX_DRAWDOWN"}) >= 0.8',
    '{{ $labels.limit }} is used to {{ $value | humanizePercentage }}',
    {
      fires: { 'elvis_risk_limit_used{limit="RISK_MAX_DAILY_LOSS",about="account"}': stays(0.85) },
      silent: { 'elvis_risk_limit_used{limit="RISK_MAX_DAILY_LOSS",about="account"}': stays(0.5) },
    },
  ),
  rule(
    'BotFaulted',
    'critical',
    'max(elvis_bots_state{state="FAULTED"}) > 0',
    '{{ $value }} bots are FAULTED',
    {
      fires: { 'elvis_bots_state{state="FAULTED"}': stays(1) },
      silent: {
        'elvis_bots_state{state="FAULTED"}': stays(0),
        'elvis_bots_state{state="RUNNING"}': stays(9),
      },
    },
  ),
  rule(
    'UnprotectedPosition',
    'critical',
    'max by (bot) (elvis_bots_unprotected_seconds) > 2',
    'The position of bot {{ $labels.bot }} has had no live stop for {{ $value }} s',
    {
      fires: { 'elvis_bots_unprotected_seconds{bot="b"}': stays(5) },
      silent: { 'elvis_bots_unprotected_seconds{bot="b"}': stays(0) },
    },
  ),
  rule(
    'StepLate',
    'warning',
    'histogram_quantile(0.99, sum by (le) (rate(elvis_bots_step_late_seconds_bucket[5m]))) > 5',
    'One step in a hundred ends {{ $value }} s after its cause; late ones may only reduce',
    {
      lasts: '1m',
      fires: {
        'elvis_bots_step_late_seconds_bucket{le="5"}': '0+1x80',
        'elvis_bots_step_late_seconds_bucket{le="30"}': '0+10x80',
        'elvis_bots_step_late_seconds_bucket{le="+Inf"}': '0+10x80',
      },
      silent: {
        'elvis_bots_step_late_seconds_bucket{le="5"}': '0+10x80',
        'elvis_bots_step_late_seconds_bucket{le="30"}': '0+10x80',
        'elvis_bots_step_late_seconds_bucket{le="+Inf"}': '0+10x80',
      },
    },
  ),
  rule(
    'WorkBacklog',
    'warning',
    'max by (queue) (elvis_work_oldest_seconds) > 30',
    'Work of {{ $labels.queue }} has waited for {{ $value }} s',
    {
      lasts: '30s',
      fires: { 'elvis_work_oldest_seconds{queue="bots"}': stays(60) },
      silent: { 'elvis_work_oldest_seconds{queue="bots"}': stays(2) },
    },
  ),
  rule(
    'WorkStuck',
    'critical',
    'max(elvis_work_depth{queue="bots"}) > 0 and sum(increase(elvis_bots_steps_total[1m])) == 0',
    'Steps wait and none is done',
    {
      lasts: '1m',
      fires: { 'elvis_work_depth{queue="bots"}': stays(3), elvis_bots_steps_total: stays(40) },
      silent: { 'elvis_work_depth{queue="bots"}': stays(3), elvis_bots_steps_total: '0+5x80' },
    },
  ),
  rule(
    'CandleGap',
    'warning',
    'max(elvis_candles_missing_minutes) > 0',
    '{{ $value }} minutes wait for the exchange’s own candles',
    {
      lasts: '2m',
      fires: { elvis_candles_missing_minutes: stays(2) },
      silent: { elvis_candles_missing_minutes: stays(0) },
    },
  ),
  counted(
    'CandleRevised',
    'warning',
    'elvis_candles_revised_total',
    'A sealed candle was corrected; bots may have decided on the one before',
  ),
  rule(
    'FeedSilent',
    'warning',
    'min by (market, symbol, kind) (elvis_market_age_seconds) > 30',
    'No {{ $labels.kind }} of {{ $labels.symbol }} for {{ $value }} s',
    {
      lasts: '15s',
      fires: { 'elvis_market_age_seconds{symbol="BTCUSDT",kind="mark"}': stays(60) },
      silent: { 'elvis_market_age_seconds{symbol="BTCUSDT",kind="mark"}': stays(1) },
    },
  ),
  rule(
    'BookGaps',
    'warning',
    'sum(increase(elvis_market_book_resyncs_total[10m])) > 10',
    'Order books had to be built again {{ $value }} times',
    {
      fires: { 'elvis_market_book_resyncs_total{reason="gap"}': '0+2x80' },
      silent: { 'elvis_market_book_resyncs_total{reason="gap"}': stays(3) },
    },
  ),
  rule(
    'VenueDivergence',
    'warning',
    'max by (symbol) (abs(elvis_market_divergence)) > 0.005',
    'The exchange is {{ $value | humanizePercentage }} away from the reference venue in {{ $labels.symbol }}',
    {
      lasts: '30s',
      fires: { 'elvis_market_divergence{symbol="BTCUSDT"}': stays(-0.01) },
      silent: { 'elvis_market_divergence{symbol="BTCUSDT"}': stays(0.0005) },
    },
  ),
  rule(
    'GatewayFull',
    'warning',
    'max by (instance) (gateway_requests_in_flight) > 400',
    'A gateway has {{ $value }} requests under way',
    {
      lasts: '30s',
      fires: { gateway_requests_in_flight: stays(500) },
      silent: { gateway_requests_in_flight: stays(30) },
    },
  ),
  counted('AuditLost', 'critical', 'gateway_audit_lost_total', 'Requests are missing from the audit log'),
  rule(
    'AlertUndelivered',
    'critical',
    'sum by (kind) (increase(gateway_alerts_total{outcome=~"failed|dropped"}[10m])) > 0',
    'An alert of the kind {{ $labels.kind }} was not delivered',
    {
      fires: { 'gateway_alerts_total{kind="HALT",outcome="failed"}': ONCE },
      silent: { 'gateway_alerts_total{kind="HALT",outcome="sent"}': ONCE },
    },
  ),
];

const runbookAnchor = (name: string): string => `docs/runbook.md#${name.toLowerCase()}`;

const groups = (): object[] => [
  {
    name: 'elvis',
    rules: ALERT_RULES.map(({ name, severity, expr, lasts, summary }) => ({
      alert: name,
      expr,
      ...(lasts !== undefined && { for: lasts }),
      labels: { severity },
      annotations: { summary, runbook_url: runbookAnchor(name) },
    })),
  },
];

/** For a Prometheus that reads files. */
export const ruleFile = (): { readonly groups: readonly object[] } => ({ groups: groups() });

/** For the Prometheus operator. */
export const prometheusRule = (): object => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'elvis' },
  spec: { groups: groups() },
});

/** For `promtool test rules`: in a system where everything is wrong each rule fires, in a healthy one none does. */
export const ruleTests = (file: string): object => ({
  rule_files: [file],
  evaluation_interval: '15s',
  tests: [systemOf('fires', 1), systemOf('silent', 0)],
});

const systemOf = (manner: 'fires' | 'silent', alerts: 0 | 1): object => ({
  name: manner,
  interval: '15s',
  input_series: ALERT_RULES.flatMap((one) =>
    Object.entries(one[manner]).map(([series, values]) => ({ series, values })),
  ),
  promql_expr_test: ALERT_RULES.map((one) => ({
    expr: `count(ALERTS{alertname="${one.name}",alertstate="firing"}) or vector(0)`,
    eval_time: manner === 'fires' && Object.values(one.fires).includes(ONCE) ? '8m' : '15m',
    exp_samples: [{ labels: '{}', value: alerts }],
  })),
});
