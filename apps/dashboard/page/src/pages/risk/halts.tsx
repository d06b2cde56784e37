/** The halts in force, and their end: with a reason, and by two persons where that is set. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './risk.module.css';

const ADDRESS = '/api/v1/trading-state';
type State = AnswerOf<typeof ADDRESS, 'get'>;

export function Halts() {
  const { t } = useWords();
  const state = useAnswer(ADDRESS, {}, { everyMs: 2_000 });
  const [isClearing, setClearing] = useState(false);
  const isStopped = state.data?.scopes.some(({ state: one }) => one !== 'ACTIVE') ?? false;
  return (
    <Panel
      title={t('risk.halts')}
      isFlush
      aside={isStopped && <Button onClick={() => setClearing(true)}>{t('risk.clear')}</Button>}
    >
      <Answer of={state}>{(told) => <HaltTable state={told} />}</Answer>
      {isClearing && state.data && <Clear epoch={state.data.epoch} onClose={() => setClearing(false)} />}
    </Panel>
  );
}

function HaltTable({ state }: { readonly state: State }) {
  const { t } = useWords();
  const halts = state.scopes.filter((scope) => scope.state !== 'ACTIVE');
  if (halts.length === 0) return <Empty title={t('risk.noHalts')}>{t('risk.noHaltsNext')}</Empty>;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('risk.scope')}</th>
          <th>{t('field.status')}</th>
          <th>{t('risk.since')}</th>
          <th>{t('risk.by')}</th>
          <th>{t('field.reason')}</th>
        </tr>
      </thead>
      <tbody>
        {halts.map((halt) => (
          <tr key={`${halt.scope.type}-${halt.scope.value ?? ''}-${halt.stopId}`}>
            <td>{halt.scope.value ?? t('trading.everything')}</td>
            <td>
              <Mark tone={halt.state === 'HALTED' ? 'bad' : 'warn'}>{t(`trading.${halt.state}`)}</Mark>
            </td>
            <td>
              <When at={halt.since} />
            </td>
            <td>{halt.actor}</td>
            <td className={table.wrap}>{halt.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Clear({ epoch, onClose }: { readonly epoch: number; readonly onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  // What was seen when the dialog opened: a halt that came after it stays in force.
  const [seenEpoch] = useState(epoch);
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<AnswerOf<'/api/v1/emergency_stop', 'delete'>>();
  const clear = async (): Promise<void> => {
    setAnswer(
      await call('delete', '/api/v1/emergency_stop', { body: { reason: reason.trim(), epoch: seenEpoch } }),
    );
    await queries.invalidateQueries();
  };
  return (
    <Dialog title={t('risk.clear')} onClose={onClose}>
      <p>{t('risk.clearNote')}</p>
      <TextField
        label={t('field.reason')}
        value={reason}
        maxLength={500}
        autoFocus
        required
        onChange={({ target }) => setReason(target.value)}
      />
      <div className={styles.acts}>
        <ActButton scope="clear" look="main" disabled={reason.trim() === ''} onAct={clear}>
          {t('risk.clear')}
        </ActButton>
      </div>
      <p role="status" data-cleared={answer?.status}>
        {answer?.status === 'clear_pending' && t('risk.pending')}
        {answer?.status === 'active' && t('risk.cleared')}
      </p>
    </Dialog>
  );
}
