/** Sets one limit, or gives it back to what the environment says. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { ActButton } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { useWords } from '../../words/use-words';
import { type Limit, isDecimal } from './limits';
import styles from './risk.module.css';

const ADDRESS = '/api/v1/risk/limits';

export function ChangeLimit({ limit, onClose }: { readonly limit: Limit; readonly onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [value, setValue] = useState(limit.value);
  const [reason, setReason] = useState('');
  const set = async (to: string | null): Promise<void> => {
    await call('put', ADDRESS, { body: { limits: { [limit.name]: to }, ...reasonOf(reason) } });
    await queries.invalidateQueries({ queryKey: [ADDRESS] });
  };
  const typed = value.trim().replace(',', '.');
  return (
    <Dialog title={t(`risk.${limit.name}`)} onClose={onClose}>
      <TextField
        label={t('risk.value')}
        note={t('risk.valueNote', { environment: limit.environment })}
        value={value}
        inputMode="decimal"
        autoFocus
        onChange={({ target }) => setValue(target.value)}
      />
      <TextField
        label={t('field.reason')}
        value={reason}
        maxLength={500}
        onChange={({ target }) => setReason(target.value)}
      />
      <div className={styles.acts}>
        <ActButton
          scope="limits"
          look="main"
          disabled={!isDecimal(typed) && typed !== 'off'}
          onAct={() => set(typed)}
        >
          {t('risk.set')}
        </ActButton>
        {limit.setBy === 'operator' && (
          <ActButton scope="limits" onAct={() => set(null)}>
            {t('risk.giveBack')}
          </ActButton>
        )}
      </div>
    </Dialog>
  );
}

const reasonOf = (text: string): { reason?: string } => (text.trim() === '' ? {} : { reason: text.trim() });
