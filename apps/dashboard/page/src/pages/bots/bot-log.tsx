import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { Button } from '../../parts/button';
import { ChoiceField, TextField } from '../../parts/field';
import { Mark, type Tone } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import style from './bots.module.css';
import { KINDS, LEVELS, type Kind, type Level, type LogLine, logOf, matching } from './log-lines';

const PAGE_SIZE = 50;
/** What the stream tells of may be stored a little later. */
const EVERY_MS = 10_000;
const TONE_OF: Readonly<Record<Level, Tone>> = { info: 'calm', warning: 'warn', error: 'bad' };

/** What happened to the bot, newest first, narrowed to a level, a kind and a time. */
export function BotLog({ id }: { readonly id: string }) {
  const { t } = useWords();
  const [level, setLevel] = useState<Level>();
  const [kind, setKind] = useState<Kind>();
  const [from, setFrom] = useState('');
  const names = { id };
  const states = useInfiniteQuery({
    queryKey: ['bots', 'log of states', id],
    queryFn: ({ pageParam: cursor }) =>
      call('get', '/api/v1/bot-states/{id}/history', { names, query: { limit: PAGE_SIZE, cursor } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
  const steps = useInfiniteQuery({
    queryKey: ['bots', 'log of steps', id],
    queryFn: ({ pageParam: cursor }) =>
      call('get', '/api/v1/bots/{id}/steps', { names, query: { limit: PAGE_SIZE, cursor } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
  });
  const more = (): void => {
    if (states.hasNextPage) void states.fetchNextPage();
    if (steps.hasNextPage) void steps.fetchNextPage();
  };
  const fromMs = from === '' ? undefined : new Date(from).getTime();
  return (
    <Panel title={t('bots.log')} isFlush>
      <form className={style.filter} role="search" onSubmit={(event) => event.preventDefault()}>
        <ChoiceField
          label={t('bots.level')}
          value={level ?? ''}
          choices={[['', t('bots.all')], ...LEVELS.map((name) => [name, t(`level.${name}`)] as const)]}
          onChange={({ target }) => setLevel(LEVELS.find((name) => name === target.value))}
        />
        <ChoiceField
          label={t('bots.kind')}
          value={kind ?? ''}
          choices={[['', t('bots.all')], ...KINDS.map((name) => [name, t(`bots.kind.${name}`)] as const)]}
          onChange={({ target }) => setKind(KINDS.find((name) => name === target.value))}
        />
        <TextField
          label={t('bots.from')}
          type="datetime-local"
          value={from}
          onChange={({ target }) => setFrom(target.value)}
        />
      </form>
      <Answer of={states}>
        {({ pages: ofStates }) => (
          <Answer of={steps}>
            {({ pages: ofSteps }) => (
              <Lines
                lines={matching(
                  logOf(
                    { items: ofStates.flatMap(({ items }) => items), hasMore: states.hasNextPage },
                    { items: ofSteps.flatMap(({ items }) => items), hasMore: steps.hasNextPage },
                  ),
                  { level, kind, fromMs },
                )}
              />
            )}
          </Answer>
        )}
      </Answer>
      {(states.hasNextPage || steps.hasNextPage) && (
        <Button look="quiet" onClick={more}>
          {t('state.more')}
        </Button>
      )}
    </Panel>
  );
}

function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const { t } = useWords();
  if (lines.length === 0) return <Empty title={t('bots.noLog')} />;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{t('field.time')}</th>
          <th scope="col">{t('bots.level')}</th>
          <th scope="col">{t('bots.kind')}</th>
          <th scope="col">{t('field.reason')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ key, at, level, kind, told }) => (
          <tr key={key} data-level={level} data-kind={kind}>
            <td>
              <When at={at} />
            </td>
            <td>
              <Mark tone={TONE_OF[level]}>{t(`level.${level}`)}</Mark>
            </td>
            <td>{t(`bots.kind.${kind}`)}</td>
            <td className={table.wrap}>
              <Told told={told} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Told({ told }: Pick<LogLine, 'told'>) {
  const { t } = useWords();
  if ('state' in told) {
    const { state, reason, actor } = told.state;
    return (
      <>
        {t(`bot.${state}`)}
        {reason && `: ${reason}`} <span className={table.soft}>{actor}</span>
      </>
    );
  }
  const { run, step, cause, reasons, orders, failure } = told.step;
  return (
    <>
      {run}.{step} {cause}: {failure ?? reasons.join('; ')}{' '}
      {orders.length > 0 && <span className={table.soft}>{orders.join(', ')}</span>}
    </>
  );
}
