import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/api';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import style from './bots.module.css';

/** The lives of the bot, and every revision of what it was told to be. */
export function BotHistory({ id }: { readonly id: string }) {
  const { t } = useWords();
  const runs = useQuery({
    queryKey: ['bots', 'runs', id],
    queryFn: () => call('get', '/api/v1/bots/{id}/runs', { names: { id }, query: { limit: 20 } }),
  });
  const revisions = useQuery({
    queryKey: ['bots', 'revisions', id],
    queryFn: () => call('get', '/api/v1/bot-configs/{id}/revisions', { names: { id } }),
  });
  return (
    <div className={style.halves}>
      <Panel title={t('bots.runs')} isFlush>
        <Answer of={runs}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('bots.neverStarted')} />
            ) : (
              <table className={table.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('bots.run')}</th>
                    <th scope="col">{t('bots.started')}</th>
                    <th scope="col">{t('bots.stopped')}</th>
                    <th scope="col">{t('bots.revision')}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ run, revision, startedAt, startedBy, stoppedAt, stopMode }) => (
                    <tr key={run}>
                      <td>{run}</td>
                      <td title={startedBy}>
                        <When at={startedAt} />
                      </td>
                      <td>
                        <When at={stoppedAt} /> {stopMode}
                      </td>
                      <td>{revision}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Answer>
      </Panel>
      <Panel title={t('bots.revisions')}>
        <Answer of={revisions}>
          {({ items }) =>
            items.map(({ revision, body, actor, createdAt }) => (
              <details key={revision}>
                <summary>
                  {revision} · <When at={createdAt} /> · {actor}
                </summary>
                <pre className={style.json}>{JSON.stringify(body, undefined, 1)}</pre>
              </details>
            ))
          }
        </Answer>
      </Panel>
    </div>
  );
}
