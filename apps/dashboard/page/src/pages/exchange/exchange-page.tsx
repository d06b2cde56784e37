/** How the exchange stands towards us: budgets, freezes, queues, and the age of everything that is heard of it. */
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { Budgets } from './budgets';
import { Clock } from './clock';
import { Freezes, Queues } from './freezes';
import { Connections, Feeds } from './streams';

const EVERY_MS = 2_000;
const OLD_MS = 6_000;

export function ExchangePage() {
  const { t } = useWords();
  const limits = useAnswer('/api/v1/rate-limits', {}, { everyMs: EVERY_MS });
  const venues = useAnswer('/api/v1/venues', {}, { everyMs: EVERY_MS });
  const areLimitsOld = useIsOld(limits.dataUpdatedAt, OLD_MS);
  const areVenuesOld = useIsOld(venues.dataUpdatedAt, OLD_MS);
  const limitsAge = <Age receivedAtMs={limits.dataUpdatedAt} oldMs={OLD_MS} />;
  const venuesAge = <Age receivedAtMs={venues.dataUpdatedAt} oldMs={OLD_MS} />;
  const isReady = limits.data !== undefined && venues.data !== undefined;
  return (
    <Page name="exchange" title={t('nav.exchange')} isReady={isReady}>
      <Panel title={t('exchange.budgets')} isFlush isStale={areLimitsOld} aside={limitsAge}>
        <Answer of={limits}>{(told) => <Budgets meters={told.meters} />}</Answer>
      </Panel>
      <Panel title={t('exchange.freezes')} isFlush isStale={areLimitsOld} aside={limitsAge}>
        <Answer of={limits}>
          {(told) => (
            <>
              <Freezes freezes={told.freezes} />
              <Queues queues={told.queues} />
            </>
          )}
        </Answer>
      </Panel>
      <Panel title={t('exchange.clock')} isStale={areLimitsOld} aside={limitsAge}>
        <Answer of={limits}>{({ clock }) => <Clock clock={clock} />}</Answer>
      </Panel>
      <Panel title={t('exchange.connections')} isFlush isStale={areVenuesOld} aside={venuesAge}>
        <Answer of={venues}>{(told) => <Connections venues={told.venues} />}</Answer>
      </Panel>
      <Panel title={t('exchange.feeds')} isFlush isStale={areVenuesOld} aside={venuesAge}>
        <Answer of={venues}>
          {(told) => <Feeds venues={told.venues} receivedAtMs={venues.dataUpdatedAt} />}
        </Answer>
      </Panel>
    </Page>
  );
}
