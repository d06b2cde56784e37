import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/api';
import { ApiProblem } from '../../api/api-problem';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import style from './bots.module.css';

/** Whether the bot has decided as its backtest does on the same candles; asked when it is looked at. */
export function BotParity({ id }: { readonly id: string }) {
  const { t } = useWords();
  const parity = useQuery({
    queryKey: ['parity', id],
    queryFn: () =>
      call('get', '/api/v1/bots/{id}/parity', { names: { id } }).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.code === 'BOT_STEP_NOT_FOUND') return null;
        throw error;
      }),
    staleTime: 60_000,
    retry: false,
  });
  return (
    <Panel title={t('bots.parity')}>
      <Answer of={parity}>
        {(found) => {
          if (!found) return <Empty title={t('bots.noParity')} />;
          const count = found.differences.length + found.leftOut;
          return (
            <>
              <p>
                <Mark tone={count === 0 ? 'good' : 'warn'}>
                  {count === 0
                    ? t('bots.same', { steps: found.steps })
                    : t('bots.differs', { count, steps: found.steps })}
                </Mark>
                {!found.isSameCode && ` · ${t('bots.otherCode')}`}
              </p>
              <ul className={style.differences}>
                {found.differences.slice(0, 20).map((difference) => (
                  <li key={`${difference.openTime} ${difference.class}`}>
                    <code>{difference.openTime}</code> {difference.class}: {difference.input ?? '–'} (
                    {t('bots.bot')}: {difference.bot}; {t('bots.backtest')}: {difference.backtest})
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}
