/** Everything at a glance: what it is worth, what is open, what needs a person, and how the exchange stands. */
import { Link } from '@tanstack/react-router';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { PositionTable } from '../positions/position-table';
import { useMoment } from '../positions/use-moment';
import { BotsGlance } from './bots-glance';
import { ExchangeGlance } from './exchange-glance';
import { LatestOrders } from './latest-orders';
import { OpenAlerts } from './open-alerts';
import styles from './overview.module.css';
import { Worth } from './worth';

export function OverviewPage() {
  const { t } = useWords();
  const { moment, isOld, age } = useMoment();
  return (
    <Page name="overview" title={t('nav.overview')} isReady={moment.data !== undefined}>
      <Panel title={t('overview.account')} isStale={isOld} aside={age}>
        <Answer of={moment}>{(told) => <Worth moment={told} />}</Answer>
      </Panel>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title={t('nav.positions')} isFlush isStale={isOld} aside={age}>
            <Answer of={moment}>
              {(told) => (
                <PositionTable moment={told}>
                  <Empty title={t('positions.none')}>
                    {t('overview.noPositionsNext')} <Link to="/settings">{t('nav.settings')}</Link>
                  </Empty>
                </PositionTable>
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
