import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../../api/api';
import { Button } from '../../parts/button';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';

/** What the bot has decided, newest first, and why. */
export function BotSteps({ id }: { readonly id: string }) {
  const { t } = useWords();
  const steps = useInfiniteQuery({
    queryKey: ['bots', 'steps', id],
    queryFn: ({ pageParam }) =>
      call('get', '/api/v1/bots/{id}/steps', { names: { id }, query: { limit: 20, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // A step is told of before it is stored.
    refetchInterval: 5_000,
  });
  return (
    <Panel title={t('bots.steps')} isFlush>
      <Answer of={steps}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title={t('bots.noSteps')}>{t('bots.noStepsNext')}</Empty>;
          return (
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t('bots.step')}</th>
                  <th scope="col">{t('field.time')}</th>
                  <th scope="col">{t('bots.cause')}</th>
                  <th scope="col">{t('field.reason')}</th>
                  <th scope="col" className={table.figure}>
                    {t('bots.orders')}
                  </th>
                  <th scope="col" className={table.figure}>
                    ms
                  </th>
                  <th scope="col">{t('why.title')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ run, step, at, cause, reasons, orders, tookMs, isLate, failure }) => (
                  <tr key={`${run} ${step}`} data-step={step}>
                    <td>
                      {run}.{step}
                    </td>
                    <td>
                      <When at={at} />
                      {isLate && ` ▲ ${t('bots.late')}`}
                    </td>
                    <td>{cause}</td>
                    <td className={table.wrap}>{failure ? `✕ ${failure}` : reasons.join('; ')}</td>
                    <td className={table.figure}>{orders.length}</td>
                    <td className={table.figure}>{tookMs}</td>
                    <td className={table.acts}>
                      <Why id={`${id}:${run}:${step}`} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Answer>
      {steps.hasNextPage && (
        <Button look="quiet" onClick={() => void steps.fetchNextPage()}>
          {t('state.more')}
        </Button>
      )}
    </Panel>
  );
}
