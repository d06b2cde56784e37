import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { useRefresh } from '../../live/use-refresh';
import { ActButton, Button } from '../../parts/button';
import { Mark, type Tone } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useSession } from '../../session/use-session';
import { useWords } from '../../words/use-words';
import { BacktestReports } from './backtest-report';
import { NewBacktest } from './new-backtest';

const COMPARED_AT_ONCE = 2;
const TONES = {
  QUEUED: 'calm',
  RUNNING: 'calm',
  FINISHED: 'good',
  FAILED: 'bad',
  CANCELED: 'warn',
} as const satisfies Record<string, Tone>;

/** Backtests as jobs: run them, read them, hold two against each other; every try counts. */
export function ResearchPage() {
  const { t } = useWords();
  const { may } = useSession();
  const queries = useQueryClient();
  const [isNew, setNew] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const backtests = useAnswer('/api/v1/backtests', {}, { everyMs: 5_000 });
  useRefresh(['/api/v1/backtests'], ({ topic }) => topic === 'research');
  const toggle = (id: string): void =>
    setChosen((before) =>
      before.includes(id) ? before.filter((other) => other !== id) : [...before, id].slice(-COMPARED_AT_ONCE),
    );
  return (
    <Page
      name="research"
      title={t('research.title')}
      isReady={backtests.data !== undefined}
      aside={
        <Button
          look="main"
          disabled={!may('trade')}
          title={may('trade') ? undefined : t('act.readOnly', { scope: 'trade' })}
          onClick={() => setNew(true)}
        >
          {t('research.new')}
        </Button>
      }
    >
      <Panel title={t('research.backtests')} isFlush>
        <Answer of={backtests}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('research.none')}>{t('research.noneNext')}</Empty>
            ) : (
              <table className={table.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('research.show')}</th>
                    <th scope="col">{t('field.time')}</th>
                    <th scope="col">{t('research.series')}</th>
                    <th scope="col">{t('field.status')}</th>
                    <th scope="col" className={table.figure}>
                      {t('research.trials')}
                    </th>
                    <th scope="col">{t('trade.acts')}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(
                    ({ id, createdAt, series, status, problem, progress, trials, trialsOfSeries }) => (
                      <tr key={id} data-backtest={id}>
                        <td>
                          <input
                            type="checkbox"
                            aria-label={t('research.showOf', { series })}
                            disabled={status !== 'FINISHED'}
                            checked={chosen.includes(id)}
                            onChange={() => toggle(id)}
                          />
                        </td>
                        <td>
                          <When at={createdAt} />
                        </td>
                        <td>{series}</td>
                        <td>
                          <Mark tone={TONES[status]}>{t(`job.${status}`)}</Mark>
                          {progress && ` ${progress.unitsDone}/${progress.units}`}
                          {problem !== null && ` ${problem}`}
                        </td>
                        <td className={table.figure}>
                          {trials} / {trialsOfSeries}
                        </td>
                        <td>
                          {(status === 'QUEUED' || status === 'RUNNING') && (
                            <ActButton
                              scope="trade"
                              onAct={async () => {
                                await call('post', '/api/v1/backtests/{id}/cancel', { names: { id } });
                                await queries.invalidateQueries({ queryKey: ['/api/v1/backtests'] });
                              }}
                            >
                              {t('act.cancel')}
                            </ActButton>
                          )}
                        </td>
                      </tr>
                    ),
                  )}
                </tbody>
              </table>
            )
          }
        </Answer>
      </Panel>
      {chosen.length > 0 && <BacktestReports ids={chosen} />}
      {isNew && <NewBacktest onClose={() => setNew(false)} />}
    </Page>
  );
}
