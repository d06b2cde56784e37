/** Lets one order past one check, once: by its id, for minutes, with a reason that stands in the record. */
import { useState } from 'react';
import { call, type AnswerOf, type RequestOf } from '../../api/api';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ChoiceField, TextField } from '../../parts/field';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './risk.module.css';

const ADDRESS = '/api/v1/risk/overrides';
type Code = NonNullable<RequestOf<typeof ADDRESS, 'post'>>['code'];

/** Those that a person may want to let pass; what the exchange itself refuses is not among them. */
const CODES: readonly Code[] = [
  'NOTIONAL_ABOVE_ORDER_MAXIMUM',
  'POSITION_ABOVE_MAXIMUM',
  'GROSS_ABOVE_MAXIMUM',
  'OPEN_ORDERS_ABOVE_MAXIMUM',
  'RATE_ABOVE_MAXIMUM',
  'PRICE_OUTSIDE_COLLAR',
  'BOOK_TOO_THIN',
  'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
  'LOSS_ABOVE_DAILY_MAXIMUM',
  'DRAWDOWN_ABOVE_MAXIMUM',
  'ORDER_REPEATED',
  'STATE_REDUCING',
  'STATE_HALTED',
];
const MINUTES = ['5', '15', '60'] as const;
const MINUTE_MS = 60_000;

export function NewOverride() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('risk.override')}</Button>
      {isOpen && <OverrideDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function OverrideDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const [code, setCode] = useState<Code>('NOTIONAL_ABOVE_ORDER_MAXIMUM');
  const [clientOrderId, setId] = useState('');
  const [minutes, setMinutes] = useState<string>('5');
  const [reason, setReason] = useState('');
  const [made, setMade] = useState<AnswerOf<typeof ADDRESS, 'post'>>();
  const make = async (): Promise<void> => {
    const expiresAt = new Date(Date.now() + Number(minutes) * MINUTE_MS).toISOString();
    const body = { code, clientOrderId: clientOrderId.trim(), expiresAt, reason: reason.trim() };
    setMade(await call('post', ADDRESS, { body }));
  };
  return (
    <Dialog title={t('risk.override')} onClose={onClose}>
      <p className={styles.soft}>{t('risk.overrideNote')}</p>
      <ChoiceField
        label={t('risk.check')}
        value={code}
        choices={CODES.map((one) => [one, one])}
        onChange={({ target }) => setCode(CODES.find((one) => one === target.value) ?? code)}
      />
      <TextField
        label={t('risk.orderId')}
        value={clientOrderId}
        maxLength={36}
        onChange={({ target }) => setId(target.value)}
      />
      <ChoiceField
        label={t('risk.for')}
        value={minutes}
        choices={MINUTES.map((one) => [one, t('risk.minutes', { count: one })])}
        onChange={({ target }) => setMinutes(target.value)}
      />
      <TextField
        label={t('field.reason')}
        value={reason}
        maxLength={500}
        onChange={({ target }) => setReason(target.value)}
      />
      <ActButton
        scope="limits"
        look="main"
        disabled={clientOrderId.trim() === '' || reason.trim() === ''}
        onAct={make}
      >
        {t('risk.overrideMake')}
      </ActButton>
      {made && (
        <p role="status">
          {t('risk.overrideMade')} <code className={styles.token}>{made.overrideToken}</code>{' '}
          <When at={made.expiresAt} />
        </p>
      )}
    </Dialog>
  );
}
