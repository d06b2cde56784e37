/** Everything at a glance: what it is worth, what is open, what needs a person, and how the exchange stands. */
import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { PositionTable } from '../positions/position-table';
import { BotsGlance } from './bots-glance';
import { ExchangeGlance } from './exchange-glance';
import { LatestOrders } from './latest-orders';
import { OpenAlerts } from './open-alerts';
import styles from './overview.module.css';
import { Worth } from './worth';

const EVERY_MS = 2_000;
const OLD_MS = 6_000;

export function OverviewPage() {
  const { t } = useWords();
  const positions = useAnswer('/api/v1/open_positions', {}, { everyMs: EVERY_MS });
  const areOld = useIsOld(positions.dataUpdatedAt, OLD_MS);
  return (
    <Page name="overview" title={t('nav.overview')} isReady={positions.data !== undefined}>
      <Worth />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel
            title={t('nav.positions')}
            isFlush
            isStale={areOld}
            aside={<Age receivedAtMs={positions.dataUpdatedAt} oldMs={OLD_MS} />}
          >
            <Answer of={positions}>
              {({ items, asOf }) => (
                <div data-at={asOf}>
                  {items.length === 0 ? (
                    <Empty title={t('positions.none')}>
                      {t('overview.noPositionsNext')} <Link to="/settings">{t('nav.settings')}</Link>
                    </Empty>
                  ) : (
                    <PositionTable positions={items} />
                  )}
                </div>
              )}
            </Answer>
          </Panel>
          <LatestOrders />
        </div>
        <div className={styles.column}>
          <OpenAlerts />
          <BotsGlance />
          <ExchangeGlance />
        </div>
      </div>
    </Page>
  );
}
