import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type RequestOf } from '../../api/api';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ChoiceField, TextField } from '../../parts/field';
import { useSession } from '../../session/use-session';
import { useWords } from '../../words/use-words';
import type { Status } from './bot-words';
import style from './bots.module.css';

type StopMode = NonNullable<RequestOf<'/api/v1/bots/{id}/stop', 'post'>>['mode'];
type Asked = 'pause' | 'stop' | 'acknowledge';

/** What may be asked of a bot in each state; the state that is shown is the one that the system has said. */
export function BotControls({ id, status }: { readonly id: string; readonly status: Status | undefined }) {
  const { t } = useWords();
  const { may } = useSession();
  const [asked, setAsked] = useState<Asked>();
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: ['bots'] });
  const ask = (what: Asked) => (
    <Button
      disabled={!may('trade')}
      title={may('trade') ? undefined : t('act.readOnly', { scope: 'trade' })}
      look={what === 'stop' ? 'stop' : 'plain'}
      onClick={() => setAsked(what)}
      data-act={`${what}-bot`}
    >
      {t(`bots.${what}`)}
    </Button>
  );
  const isStopped = status === undefined || status === 'STOPPED';
  return (
    <div className={style.controls}>
      {isStopped && (
        <ActButton
          scope="trade"
          look="main"
          data-act="start-bot"
          onAct={async () => {
            await call('post', '/api/v1/bots/{id}/start', { names: { id }, body: {} });
            await renew();
          }}
        >
          {t('bots.start')}
        </ActButton>
      )}
      {(status === 'RUNNING' || status === 'WARMING') && ask('pause')}
      {status === 'PAUSED' && (
        <ActButton
          scope="trade"
          onAct={async () => {
            await call('post', '/api/v1/bots/{id}/resume', { names: { id }, body: {} });
            await renew();
          }}
        >
          {t('bots.resume')}
        </ActButton>
      )}
      {status === 'FAULTED' && ask('acknowledge')}
      {!isStopped && ask('stop')}
      {asked && <Ask id={id} what={asked} onClose={() => setAsked(undefined)} onDone={renew} />}
    </div>
  );
}

interface Asking {
  readonly id: string;
  readonly what: Asked;
  readonly onClose: () => void;
  readonly onDone: () => Promise<unknown>;
}

function Ask({ id, what, onClose, onDone }: Asking) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const [mode, setMode] = useState<StopMode>('cancel');
  const act = async (): Promise<void> => {
    const names = { id };
    if (what === 'pause') await call('post', '/api/v1/bots/{id}/pause', { names, body: { reason } });
    else if (what === 'stop') await call('post', '/api/v1/bots/{id}/stop', { names, body: { reason, mode } });
    else await call('post', '/api/v1/bots/{id}/acknowledge', { names, body: { note: reason } });
    await onDone();
    onClose();
  };
  return (
    <Dialog title={t(`bots.${what}`)} onClose={onClose}>
      {what === 'stop' && (
        <ChoiceField
          label={t('bots.stopMode')}
          value={mode}
          choices={(['cancel', 'flatten', 'keep'] as const).map((name) => [name, t(`stop.${name}`)])}
          onChange={({ target }) => setMode(target.value as StopMode)}
        />
      )}
      <TextField
        label={t(what === 'acknowledge' ? 'bots.note' : 'field.reason')}
        value={reason}
        autoComplete="off"
        onChange={({ target }) => setReason(target.value)}
      />
      <ActButton
        scope="trade"
        look={what === 'stop' ? 'stop' : 'main'}
        disabled={reason.trim() === ''}
        onAct={act}
        data-act="confirm"
      >
        {t(`bots.${what}`)}
      </ActButton>
    </Dialog>
  );
}
