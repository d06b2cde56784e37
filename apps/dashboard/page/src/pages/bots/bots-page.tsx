import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/api';
import { useRefresh } from '../../live/use-refresh';
import { Button } from '../../parts/button';
import { Amount } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useSession } from '../../session/use-session';
import { useWords } from '../../words/use-words';
import { TONES } from './bot-words';
import { NewBot } from './new-bot';

export function BotsPage() {
  const { t } = useWords();
  const { may } = useSession();
  const [isNew, setNew] = useState(false);
  const bots = useQuery({
    queryKey: ['bots', 'states'],
    queryFn: () => call('get', '/api/v1/bot-states'),
    refetchInterval: 5_000,
  });
  const configs = useQuery({
    queryKey: ['bots', 'configs'],
    queryFn: () => call('get', '/api/v1/bot-configs'),
  });
  useRefresh(['bots', 'states'], ({ topic }) => topic === 'bots');
  const add = (
    <Button
      look="main"
      disabled={!may('trade')}
      title={may('trade') ? undefined : t('act.readOnly', { scope: 'trade' })}
      onClick={() => setNew(true)}
      data-act="new-bot"
    >
      {t('bots.new')}
    </Button>
  );
  const started = new Set(bots.data?.items.map(({ botConfigId }) => botConfigId));
  const never = configs.data?.items.filter(({ id }) => !started.has(id)) ?? [];
  return (
    <Page name="bots" title={t('bots.title')} isReady={bots.data !== undefined} aside={add}>
      <Panel title={t('bots.title')} isFlush>
        <Answer of={bots}>
          {({ items }) =>
            items.length + never.length === 0 ? (
              <Empty title={t('bots.none')}>{t('bots.noneNext')}</Empty>
            ) : (
              <table className={table.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('bots.name')}</th>
                    <th scope="col">{t('field.status')}</th>
                    <th scope="col">{t('field.symbol')}</th>
                    <th scope="col">{t('bots.strategy')}</th>
                    <th scope="col" className={table.figure}>
                      {t('bots.today')}
                    </th>
                    <th scope="col" className={table.figure}>
                      {t('bots.position')}
                    </th>
                    <th scope="col">{t('bots.lastStep')}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((bot) => (
                    <tr key={bot.botConfigId} data-bot={bot.botConfigId}>
                      <td>
                        <Link to="/bots/$id" params={{ id: bot.botConfigId }}>
                          {bot.name}
                        </Link>
                      </td>
                      <td>
                        <Mark tone={TONES[bot.status]}>{t(`bot.${bot.status}`)}</Mark>
                        {bot.causes.length > 0 &&
                          ` (${bot.causes.map((cause) => t(`cause.${cause}`)).join(', ')})`}
                      </td>
                      <td>{bot.symbol}</td>
                      <td>{bot.strategy}</td>
                      <td className={table.figure}>
                        <Amount value={bot.dailyPnl} digits={2} isSigned />
                      </td>
                      <td className={table.figure}>
                        <Amount value={bot.quantity} isSigned />
                      </td>
                      <td>
                        <When at={bot.lastStep?.at} /> {bot.lastStep?.reasons[0] ?? ''}
                      </td>
                    </tr>
                  ))}
                  {never.map(({ id, name, symbol, strategy }) => (
                    <tr key={id} data-bot={id}>
                      <td>
                        <Link to="/bots/$id" params={{ id }}>
                          {name}
                        </Link>
                      </td>
                      <td>
                        <Mark tone="calm">{t('bots.neverStarted')}</Mark>
                      </td>
                      <td>{symbol}</td>
                      <td>{strategy}</td>
                      <td className={table.figure}>–</td>
                      <td className={table.figure}>–</td>
                      <td>–</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Answer>
      </Panel>
      {isNew && <NewBot onClose={() => setNew(false)} />}
    </Page>
  );
}
