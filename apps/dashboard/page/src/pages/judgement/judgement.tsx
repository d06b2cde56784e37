/** What go / no-go says of a bot, or of the installation: the verdict, what is missing and for how many days, and who decided. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/api';
import { ActButton } from '../../parts/button';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import { Decide } from './decide';
import style from './judgement.module.css';
import { type Judgement as Judged, VERDICT_TONES } from './judgement-words';
import { Report } from './report';

const SOON_MS = 1_000;

/** @param botId the installation if absent */
export function Judgement({ botId }: { readonly botId?: string }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const key = ['judgements', botId ?? 'installation'];
  const newest = useQuery({
    queryKey: key,
    queryFn: () => newestOf(botId),
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? SOON_MS : false),
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: key });
  const judge = async (): Promise<void> => {
    await call('post', '/api/v1/go-no-go', { body: botId === undefined ? {} : { botId } });
    await again();
  };
  return (
    <Panel
      title={t('judgement.title')}
      aside={
        <ActButton scope="trade" onAct={judge} data-act="judge">
          {t('judgement.judge')}
        </ActButton>
      }
    >
      <Answer of={newest}>
        {(judged) =>
          judged ? (
            <Found judged={judged} onDecided={again} />
          ) : (
            <Empty title={t('judgement.none')}>{t('judgement.noneNext')}</Empty>
          )
        }
      </Answer>
    </Panel>
  );
}

/** The list holds everybody's for who may decide: the installation's are those without a bot. */
async function newestOf(botId: string | undefined): Promise<Judged | null> {
  const query = botId === undefined ? { limit: 100 } : { botId, limit: 1 };
  const { items } = await call('get', '/api/v1/go-no-go', { query });
  return items.find(({ botConfigId }) => botConfigId === (botId ?? null)) ?? null;
}

function Found({ judged, onDecided }: { readonly judged: Judged; readonly onDecided: () => Promise<void> }) {
  const { t } = useWords();
  const { id, status, verdict, says, problem, daysMissing, earliestDay, deciders, endedAt } = judged;
  if (status === 'RUNNING') return <p>{t('judgement.running')}</p>;
  if (verdict === null) return <p>{problem}</p>;
  return (
    <div className={style.found} data-verdict={verdict}>
      <p>
        <Mark tone={VERDICT_TONES[verdict]}>{t(`verdict.${verdict}`)}</Mark>{' '}
        <When at={endedAt ?? undefined} />
      </p>
      <p>{says}</p>
      {daysMissing !== null && daysMissing > 0 && (
        <p data-days-missing={daysMissing}>
          {t('judgement.days', { days: daysMissing, day: earliestDay ?? '–' })}
        </p>
      )}
      {deciders.map(({ actor, decision, reason, at }) => (
        <p key={`${actor} ${at}`}>
          {t(`judgement.${decision}`)}: {actor}, {reason} <When at={at} />
        </p>
      ))}
      <div className={style.acts}>
        <Report id={id} />
        <Decide judged={judged} onDecided={onDecided} />
      </div>
    </div>
  );
}
