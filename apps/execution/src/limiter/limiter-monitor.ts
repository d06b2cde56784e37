/** What the limiter does, for people: metrics, a warning above the fraction, an event at every freeze and thaw. */
import { exchangeFrozen, exchangeThawed } from '@elvis/contracts';
import { EventLog, Log, Metrics } from '@elvis/platform';
import { LimiterMonitor } from './limiter';

const WAIT_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

export function monitorLimiter(
  metrics: Metrics,
  events: EventLog,
  log: Log,
  warnFraction: number,
): LimiterMonitor {
  const used = metrics.gauge('elvis_exchange_used', "Used of the exchange's open window", [
    'market',
    'kind',
    'window_ms',
  ]);
  const limit = metrics.gauge('elvis_exchange_limit', "Limit of the exchange's window", [
    'market',
    'kind',
    'window_ms',
  ]);
  const foreign = metrics.gauge('elvis_exchange_foreign', 'Used by others behind the same IP or account', [
    'market',
    'kind',
    'window_ms',
  ]);
  const vanished = metrics.gauge('elvis_budget_vanished_replicas', 'Replicas that left without signing off');
  const waits = metrics.histogram('elvis_budget_wait_seconds', 'Wait for permission to send', WAIT_BUCKETS, [
    'priority',
  ]);
  const refusals = metrics.counter('elvis_budget_refusals_total', 'Calls refused before sending', [
    'priority',
    'code',
  ]);
  const callLabels: ('market' | 'endpoint' | 'asker')[] = ['market', 'endpoint', 'asker'];
  const calls = metrics.counter(
    'elvis_exchange_calls_total',
    'Requests sent to the exchange, by endpoint and by who wanted them',
    callLabels,
  );
  const weights = metrics.counter(
    'elvis_exchange_weight_total',
    'Request weight spent at the exchange, by endpoint and by who wanted it',
    callLabels,
  );
  const freezes = metrics.counter('elvis_exchange_freezes_total', 'Rate limits and bans by the exchange', [
    'market',
    'kind',
  ]);
  const warned = new Map<string, number>();
  const unheard = (error: Error): void =>
    log.error(
      { reason: error.message },
      'The event that reports a rate limit of the exchange, or its end, could not be stored; the rate limit itself is obeyed',
    );

  return {
    onWaited: (priority, waitedMs) => waits.observe({ priority }, waitedMs / 1_000),
    onRefused: (priority, code) => refusals.inc({ priority, code }),
    onSent: ({ market, method, path }, { weight }, asker) => {
      const labels = { market, endpoint: `${method} ${path}`, asker };
      calls.inc(labels);
      weights.inc(labels, weight);
    },
    onFrozen: (market, scope, { kind, endsAt }, { code, message }) => {
      freezes.inc({ market, kind });
      const isAlarm = kind === 'BANNED' || kind === 'BLOCKED';
      log[isAlarm ? 'fatal' : 'error'](
        { market, scope, kind, until: new Date(endsAt).toISOString(), code, reason: message },
        'The exchange has rate-limited this IP or account; no replica sends to this market until the time in this line',
      );
      const frozen = { market, scope, kind, untilMs: endsAt, exchangeCode: code, exchangeMessage: message };
      events
        .publish(exchangeFrozen, frozen, { id: `exchange.frozen:${market}:${scope}:${endsAt}` })
        .catch(unheard);
    },
    onThawed: (market) => {
      log.warn({ market }, 'The rate limit has ended; the exchange accepts requests again');
      events.publish(exchangeThawed, { market }).catch(unheard);
    },
    onBeat: (beat, meters) => {
      vanished.set(beat.vanished);
      meters.forEach((meter, place) => {
        const told = beat.meters[place];
        if (!told) return;
        const labels = { market: meter.market, kind: meter.kind, window_ms: `${meter.windowMs}` };
        used.set(labels, told.used);
        limit.set(labels, meter.limit);
        foreign.set(labels, told.foreign);
        const key = `${meter.market}:${meter.kind}:${meter.windowMs}`;
        const facts = { ...labels, used: told.used, limit: meter.limit, foreign: told.foreign };
        log.debug(facts, 'How much of a rate limit of the exchange is used');
        if (told.used <= meter.limit * warnFraction || warned.get(key) === told.index) return;
        warned.set(key, told.index);
        log.warn(facts, 'Most of a rate limit of the exchange is used; further requests may have to wait');
      });
    },
  };
}
