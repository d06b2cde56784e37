/** Cancels all open orders of what is looked at, after it has been said what that is. */
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { useWords } from '../../words/use-words';

interface Parts {
  readonly symbol?: string;
  readonly bot?: string;
  readonly onDone: () => void;
}

export function CancelAll({ symbol, bot, onDone }: Parts) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [answer, setAnswer] = useState<AnswerOf<'/api/v1/orders', 'delete'>>();
  const cancel = async (): Promise<void> => {
    setAnswer(await call('delete', '/api/v1/orders', { query: { symbol, botConfigId: bot } }));
    onDone();
  };
  const open = (): void => {
    setAnswer(undefined);
    setOpen(true);
  };
  return (
    <>
      <Button onClick={open}>{t('orders.cancelAll')}</Button>
      {isOpen && (
        <Dialog title={t('orders.cancelAll')} onClose={() => setOpen(false)}>
          <p>
            {t('orders.cancelNote', {
              symbol: symbol ?? t('orders.everySymbol'),
              bot: bot ?? t('orders.everyBot'),
            })}
          </p>
          <ActButton scope="trade" look="stop" onAct={cancel}>
            {t('orders.cancelAll')}
          </ActButton>
          <p role="status">
            {answer && t('orders.canceled', { count: answer.canceled.length, left: answer.remaining.length })}
          </p>
        </Dialog>
      )}
    </>
  );
}
