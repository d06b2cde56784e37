/** What needs a person: open alerts first, each acknowledged by somebody with a note. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { usePages } from '../../api/use-pages';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ChoiceField, TextField } from '../../parts/field';
import filters from '../../parts/filters.module.css';
import { Mark, type Tone } from '../../parts/mark';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Empty, Failed, Loading } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import { ALERT_STATES, type AlertSearch } from './alert-search';

export type Alert = AnswerOf<'/api/v1/alerts', 'get'>['items'][number];

const TONES: Readonly<Record<Alert['severity'], Tone>> = { critical: 'bad', warning: 'warn', info: 'calm' };
const PAGE_SIZE = 100;

export function AlertsPage() {
  const { t } = useWords();
  const { state = 'open' }: AlertSearch = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const list = usePages<Alert>({
    key: ['/api/v1/alerts', state],
    topic: 'alerts',
    read: (cursor, signal) =>
      call('get', '/api/v1/alerts', { query: { state, cursor, limit: PAGE_SIZE }, signal }),
  });
  const [chosen, setChosen] = useState<Alert>();
  return (
    <Page name="alerts" title={t('nav.alerts')} isReady={list.data !== undefined}>
      <form className={filters.filters} role="search" onSubmit={(event) => event.preventDefault()}>
        <ChoiceField
          label={t('field.status')}
          value={state}
          choices={ALERT_STATES.map((one) => [one, t(`alerts.${one}`)])}
          onChange={({ target }) =>
            void navigate({ search: { state: ALERT_STATES.find((one) => one === target.value) } })
          }
        />
      </form>
      <Panel title={t(`alerts.${state}`)} isFlush>
        {list.error && <Failed error={list.error} retry={list.again} />}
        {list.data === undefined && !list.error && <Loading />}
        {list.data && list.items.length === 0 && (
          <Empty title={t(`alerts.none.${state}`)}>{t('alerts.noneNext')}</Empty>
        )}
        {list.items.length > 0 && <AlertTable alerts={list.items} onAcknowledge={setChosen} />}
        {list.hasNextPage && <Button onClick={list.more}>{t('alerts.more')}</Button>}
      </Panel>
      {chosen && <Acknowledge alert={chosen} onClose={() => setChosen(undefined)} onDone={list.again} />}
    </Page>
  );
}

interface TableParts {
  readonly alerts: readonly Alert[];
  readonly onAcknowledge?: (alert: Alert) => void;
}

export function AlertTable({ alerts, onAcknowledge }: TableParts) {
  const { t } = useWords();
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('alerts.kind')}</th>
          <th>{t('alerts.text')}</th>
          <th>{t('alerts.since')}</th>
          <th>{t('alerts.last')}</th>
          <th className={table.figure}>{t('alerts.count')}</th>
          <th>{t('alerts.by')}</th>
          {onAcknowledge && (
            <th>
              <span className={table.hidden}>{t('alerts.acknowledge')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <tr key={alert.id} data-alert={alert.kind}>
            <td>
              <Mark tone={TONES[alert.severity]}>{t(`alerts.${alert.severity}`)}</Mark>{' '}
              <span className={table.soft}>{alert.kind.replaceAll('_', ' ').toLowerCase()}</span>
            </td>
            <td className={table.wrap}>
              {alert.text}
              {alert.note && <div className={table.soft}>{alert.note}</div>}
            </td>
            <td>
              <When at={alert.openedAt} />
            </td>
            <td>
              <When at={alert.lastAt} />
            </td>
            <td className={table.figure}>{alert.count}</td>
            <td>{alert.acknowledgedBy ?? '–'}</td>
            {onAcknowledge && (
              <td className={table.acts}>
                {alert.state === 'open' && (
                  <Button onClick={() => onAcknowledge(alert)}>{t('alerts.acknowledge')}</Button>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Chosen {
  readonly alert: Alert;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Acknowledge({ alert, onClose, onDone }: Chosen) {
  const { t } = useWords();
  const [note, setNote] = useState('');
  const send = async (): Promise<void> => {
    await call('post', '/api/v1/alerts/{id}/acknowledge', {
      names: { id: alert.id },
      body: { note: note.trim() },
    });
    onDone();
    onClose();
  };
  return (
    <Dialog title={t('alerts.acknowledge')} onClose={onClose}>
      <p>{alert.text}</p>
      <TextField
        label={t('alerts.note')}
        note={t('alerts.noteNote')}
        value={note}
        maxLength={500}
        autoFocus
        onChange={({ target }) => setNote(target.value)}
      />
      <ActButton scope="trade" look="main" disabled={note.trim() === ''} onAct={send}>
        {t('alerts.acknowledge')}
      </ActButton>
    </Dialog>
  );
}
