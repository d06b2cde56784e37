/** Approving or rejecting a judgement, with a reason: two different people make a clearance. */
import { useState } from 'react';
import { call } from '../../api/api';
import { ActButton } from '../../parts/button';
import { TextField } from '../../parts/field';
import { useWords } from '../../words/use-words';
import type { Judgement } from './judgement-words';

interface Parts {
  readonly judged: Judgement;
  readonly onDecided: () => Promise<void>;
}

export function Decide({ judged, onDecided }: Parts) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const { id, verdict, deciders, clearanceId } = judged;
  const isOpen = verdict === 'GO' || verdict === 'GO_LIMITED';
  const isOver = clearanceId !== null || deciders.some(({ decision }) => decision === 'reject');
  if (!isOpen || isOver) return null;
  const decide = (decision: 'approve' | 'reject') => async (): Promise<void> => {
    await call('post', '/api/v1/go-no-go/{id}/decision', {
      names: { id },
      body: { decision, reason: reason.trim() },
    });
    await onDecided();
  };
  const isWordless = reason.trim() === '';
  return (
    <>
      <TextField
        label={t('judgement.reason')}
        note={t('judgement.twoPeople')}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <ActButton scope="clear" look="main" disabled={isWordless} onAct={decide('approve')}>
        {t('judgement.doApprove')}
      </ActButton>
      <ActButton scope="clear" disabled={isWordless} onAct={decide('reject')}>
        {t('judgement.doReject')}
      </ActButton>
    </>
  );
}
