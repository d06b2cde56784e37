import type { AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { Amount } from '../../parts/figure';
import { Mark, type Tone } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import styles from './overview.module.css';

type Bot = AnswerOf<'/api/v1/bot-states', 'get'>['items'][number];

const TONES: Readonly<Record<Bot['status'], Tone>> = {
  STOPPED: 'calm',
  STARTING: 'warn',
  WARMING: 'warn',
  RUNNING: 'good',
  PAUSED: 'warn',
  REDUCING: 'warn',
  STOPPING: 'warn',
  FAULTED: 'bad',
};

/** Each bot with its state as the system says it and what it made today. */
export function BotsGlance() {
  const { t } = useWords();
  const bots = useAnswer('/api/v1/bot-states', {}, { everyMs: 5_000 });
  return (
    <Panel title={t('nav.bots')} isFlush>
      <Answer of={bots}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('overview.noBots')}>{t('overview.noBotsNext')}</Empty>
          ) : (
            <ul className={styles.list}>
              {items.map(({ botConfigId, name, symbol, status, dailyPnl }) => (
                <li key={botConfigId}>
                  <Mark tone={TONES[status]}>{t(`bot.${status}`)}</Mark>
                  <span className={styles.text}>
                    {name} <span className={styles.soft}>{symbol}</span>
                  </span>
                  <Amount value={dailyPnl} digits={2} isSigned />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
