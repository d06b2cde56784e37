/** What is limited, how much of it is used, and what was stopped by hand: seen and changed in one place. */
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { Judgement } from '../judgement/judgement';
import { Halts } from './halts';
import { LeverageTable } from './leverage-table';
import { LimitTable } from './limit-table';
import { Losses } from './losses';
import { NewOverride } from './new-override';

const EVERY_MS = 2_000;
const OLD_MS = 6_000;
/** Of the newest denials: what a limit refused before them is in the record. */
const NEWEST = 200;
const NONE = [] as const;

export function RiskPage() {
  const { t } = useWords();
  const limits = useAnswer('/api/v1/risk/limits', {}, { everyMs: EVERY_MS });
  const denied = useAnswer('/api/v1/orders', { query: { status: 'DENIED', limit: NEWEST } });
  const isOld = useIsOld(limits.dataUpdatedAt, OLD_MS);
  const age = <Age receivedAtMs={limits.dataUpdatedAt} oldMs={OLD_MS} />;
  return (
    <Page name="risk" title={t('nav.risk')} isReady={limits.data !== undefined} aside={<NewOverride />}>
      <Halts />
      <Panel title={t('risk.losses')} isStale={isOld} aside={age}>
        <Answer of={limits}>{(told) => <Losses losses={told.losses} limits={told.limits} />}</Answer>
      </Panel>
      <Panel title={t('risk.limits')} isStale={isOld} isFlush aside={age}>
        <Answer of={limits}>
          {(told) => <LimitTable limits={told.limits} denied={denied.data?.items ?? NONE} />}
        </Answer>
      </Panel>
      <Panel title={t('risk.leverage')} isStale={isOld} isFlush aside={age}>
        <Answer of={limits}>{(told) => <LeverageTable leverage={told.leverage} />}</Answer>
      </Panel>
      <Judgement />
    </Page>
  );
}
