/** Whether trading goes on, in one line, as the system says it, with the age of that. */
import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/use-answer';
import type { AnswerOf } from '../../api/api';
import { Age, useIsOld } from '../../parts/age';
import { Mark } from '../../parts/mark';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './frame.module.css';

const EVERY_MS = 2_000;
const OLD_MS = 5_000;

export function TradingState() {
  const { t } = useWords();
  const { data, dataUpdatedAt, isError } = useAnswer(
    '/api/v1/emergency_stop/status',
    {},
    { everyMs: EVERY_MS },
  );
  const isOld = useIsOld(dataUpdatedAt, OLD_MS);
  return (
    <div className={styles.state} role="status" data-stale={isOld || undefined} data-state={stateOf(data)}>
      {data ? (
        <Told status={data} />
      ) : (
        <Mark tone="warn">{t(isError ? 'trading.unknown' : 'state.loading')}</Mark>
      )}
      <Age receivedAtMs={dataUpdatedAt} oldMs={OLD_MS} />
    </div>
  );
}

type StopStatus = AnswerOf<'/api/v1/emergency_stop/status', 'get'>;

const stateOf = (status: StopStatus | undefined): string | undefined => {
  if (!status) return undefined;
  if (!status.active) return 'ACTIVE';
  return status.scopes.some(({ state }) => state === 'HALTED') || status.scopes.length === 0
    ? 'HALTED'
    : 'REDUCING';
};

function Told({ status }: { readonly status: StopStatus }) {
  const { t } = useWords();
  const state = stateOf(status);
  if (state === 'ACTIVE') return <Mark tone="good">{t('trading.ACTIVE')}</Mark>;
  const names = status.scopes.map(({ scope }) => scope.value ?? t('trading.everything')).join(', ');
  return (
    <>
      <Mark tone={state === 'HALTED' ? 'bad' : 'warn'}>
        {t(state === 'HALTED' ? 'trading.HALTED' : 'trading.REDUCING')}
      </Mark>
      <span className={styles.why}>
        {names} {status.since && <When at={status.since} />} {status.reason}
      </span>
      <Link to="/risk">{t('trading.clear')}</Link>
    </>
  );
}
