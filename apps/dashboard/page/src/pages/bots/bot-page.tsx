import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from '../../api/api';
import { ApiProblem } from '../../api/api-problem';
import { useFollow } from '../../live/use-live';
import { useRefresh } from '../../live/use-refresh';
import { Amount, Figure, Gauge } from '../../parts/figure';
import { Mark } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { shareOf } from '../../figures/decimal-text';
import { useWords } from '../../words/use-words';
import { Judgement } from '../judgement/judgement';
import { BotControls } from './bot-controls';
import { BotHistory } from './bot-history';
import { BotLog } from './bot-log';
import { BotParity } from './bot-parity';
import { BotSteps } from './bot-steps';
import { type BotState, TONES } from './bot-words';
import style from './bots.module.css';

/** One bot: what it is doing and why, and what may be asked of it. */
export function BotPage() {
  const { t } = useWords();
  const { id = '' } = useParams({ strict: false });
  const config = useQuery({
    queryKey: ['bots', 'config', id],
    queryFn: () => call('get', '/api/v1/bot-configs/{id}', { names: { id } }),
  });
  const state = useQuery({
    queryKey: ['bots', 'state', id],
    queryFn: () => stateOf(id),
    refetchInterval: 5_000,
  });
  useFollow(`bot-steps:${id}`);
  useRefresh(['bots'], ({ topic }) => topic === 'bots' || topic === `bot-steps:${id}`);
  return (
    <Page
      name="bot"
      title={config.data?.name ?? t('bots.bot')}
      isReady={config.data !== undefined && state.data !== undefined}
      aside={config.data && <BotControls id={id} status={state.data?.status} />}
    >
      <Answer of={state}>
        {(now) =>
          now ? <State state={now} /> : <Empty title={t('bots.neverStarted')}>{t('bots.startNext')}</Empty>
        }
      </Answer>
      <BotSteps id={id} />
      <BotParity id={id} />
      <Judgement botId={id} />
      <BotLog id={id} />
      <BotHistory id={id} />
    </Page>
  );
}

/** A bot that was never started has no state. */
const stateOf = (id: string): Promise<BotState | null> =>
  call('get', '/api/v1/bot-states/{id}', { names: { id } }).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });

function State({ state }: { readonly state: BotState }) {
  const { t } = useWords();
  const { status, causes, reason, limits, protections, lastStep, fault } = state;
  return (
    <Panel title={t('bots.now')} aside={<When at={state.asOf} />}>
      <p className={style.state} data-status={status}>
        <Mark tone={TONES[status]}>{t(`bot.${status}`)}</Mark>
        {causes.length > 0 && <span>({causes.map((cause) => t(`cause.${cause}`)).join(', ')})</span>}
        <span>{reason}</span>
      </p>
      {fault && <p className={style.fault}>{JSON.stringify(fault)}</p>}
      <dl className={style.figures}>
        <Figure name={t('bots.today')}>
          <Amount value={state.dailyPnl} digits={2} isSigned />
        </Figure>
        <Figure name={t('bots.position')} note={state.entryPrice && <Amount value={state.entryPrice} />}>
          <Amount value={state.quantity} isSigned />
        </Figure>
        <Figure name={t('bots.stopLoss')}>
          {state.stopLossPrice ? <Amount value={state.stopLossPrice} /> : '–'}
        </Figure>
        <Figure name={t('bots.takeProfit')}>
          {state.takeProfitPrice ? <Amount value={state.takeProfitPrice} /> : '–'}
        </Figure>
        <Figure name={t('bots.openOrders')}>{state.openOrders.length}</Figure>
        <Figure name={t('bots.lastStep')} note={lastStep?.reasons.join('; ')}>
          <When at={lastStep?.at} />
        </Figure>
      </dl>
      {limits.length > 0 && (
        <ul className={style.limits}>
          {limits.map(({ name, used, maximum }) => (
            <li key={name}>
              {name}: <Amount value={used} /> / <Amount value={maximum} />
              <Gauge share={shareOf(used, maximum)} label={name} />
            </li>
          ))}
        </ul>
      )}
      {protections.length > 0 && (
        <>
          <h3>{t('bots.protections')}</h3>
          <ul>
            {protections.map((protection, index) => (
              <li key={index}>
                {Object.values(protection)
                  .filter((value) => typeof value === 'string')
                  .join(' · ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
