import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/use-answer';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './overview.module.css';

const SHOWN = 5;

/** What needs a person now. */
export function OpenAlerts() {
  const { t } = useWords();
  const alerts = useAnswer('/api/v1/alerts', { query: { state: 'open', limit: SHOWN } }, { everyMs: 5_000 });
  return (
    <Panel title={t('nav.alerts')} aside={<Link to="/alerts">{t('overview.allAlerts')}</Link>} isFlush>
      <Answer of={alerts}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('alerts.none.open')} />
          ) : (
            <ul className={styles.list}>
              {items.map(({ id, severity, text, lastAt }) => (
                <li key={id}>
                  <Mark tone={severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'calm'}>
                    {t(`alerts.${severity}`)}
                  </Mark>
                  <span className={styles.text}>{text}</span>
                  <When at={lastAt} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
