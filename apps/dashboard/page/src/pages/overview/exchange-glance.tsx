import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Gauge } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { spanOf } from '../exchange/budgets';
import styles from './overview.module.css';

const EVERY_MS = 3_000;
const OLD_MS = 9_000;

/** Whether the exchange can be used and heard: freezes, the fullest budget, connections that are not live. */
export function ExchangeGlance() {
  const { t } = useWords();
  const limits = useAnswer('/api/v1/rate-limits', {}, { everyMs: EVERY_MS });
  const venues = useAnswer('/api/v1/venues', {}, { everyMs: EVERY_MS });
  const oldest = Math.min(limits.dataUpdatedAt, venues.dataUpdatedAt);
  const isOld = useIsOld(oldest, OLD_MS);
  const connections = venues.data?.venues.flatMap((venue) => venue.connections) ?? [];
  const wanted = connections.filter(({ state }) => state !== 'IDLE');
  const live = wanted.filter(({ state }) => state === 'LIVE');
  return (
    <Panel
      title={t('nav.exchange')}
      isFlush
      isStale={isOld}
      aside={
        <>
          <Link to="/exchange">{t('overview.details')}</Link>
          <Age receivedAtMs={oldest} oldMs={OLD_MS} />
        </>
      }
    >
      <Answer of={limits}>
        {({ meters, freezes }) => (
          <ul className={styles.list}>
            <li>
              {freezes.length === 0 ? (
                <Mark tone="good">{t('exchange.noFreezes')}</Mark>
              ) : (
                <Mark tone="bad">{t('overview.freezes', { count: freezes.length })}</Mark>
              )}
            </li>
            {venues.data && (
              <li>
                <Mark tone={live.length === wanted.length ? 'good' : 'bad'}>
                  {t('overview.connections', { live: live.length, wanted: wanted.length })}
                </Mark>
              </li>
            )}
            {meters.map(({ market, kind, windowMs, used, reserved, limit }) => (
              <li key={`${market}-${kind}-${windowMs}`}>
                <span className={styles.text}>
                  {t(`market.${market}`)}, {t(`exchange.${kind}`)}{' '}
                  <span className={styles.soft}>{spanOf(windowMs)}</span>
                </span>
                <span className={styles.gauge}>
                  <Gauge share={(used + reserved) / limit} label={t('risk.share')} />
                </span>
                <span className={styles.count}>
                  {used + reserved}/{limit}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
