/** The audit log, newest first, and the whole chain of whatever id somebody has in hand. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useMemo } from 'react';
import { call } from '../../api/api';
import { usePages } from '../../api/use-pages';
import { Button } from '../../parts/button';
import { TextField } from '../../parts/field';
import filters from '../../parts/filters.module.css';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { type Column, Rows } from '../../parts/rows';
import { Empty, Failed, Loading } from '../../parts/told';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { useWords } from '../../words/use-words';
import { Asked, type Entry, hasChain } from './asked';

const PAGE_SIZE = 100;

export function RecordPage() {
  const { t } = useWords();
  const { id } = useSearch({ from: '/record' });
  const navigate = useNavigate({ from: '/record' });
  const list = usePages<Entry>({
    key: ['/api/v1/record'],
    topic: 'orders',
    read: async (before, signal) => {
      const query = { before: before === undefined ? undefined : Number(before), limit: PAGE_SIZE };
      const { items } = await call('get', '/api/v1/record', { query, signal });
      const last = items.at(-1);
      return { items, nextCursor: last && items.length === PAGE_SIZE ? `${last.seq}` : null };
    },
  });
  const columns = useColumns();
  const ask = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget).get('id');
    void navigate({ search: { id: typeof asked === 'string' ? asked.trim() || undefined : undefined } });
  };
  return (
    <Page
      name="record"
      title={t('nav.record')}
      isReady={list.data !== undefined}
      aside={list.hasNewer && <Button onClick={list.again}>{t('orders.news')}</Button>}
    >
      <form className={filters.filters} role="search" onSubmit={ask}>
        <TextField
          key={id ?? ''}
          label={t('record.id')}
          name="id"
          defaultValue={id ?? ''}
          maxLength={120}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit">{t('record.ask')}</Button>
      </form>
      {id !== undefined && <Asked key={id} id={id} />}
      <Panel title={t('record.log')} isFlush>
        {list.error && <Failed error={list.error} retry={list.again} />}
        {list.data === undefined && !list.error && <Loading />}
        {list.data && list.items.length === 0 && (
          <Empty title={t('record.none')}>{t('record.noneNext')}</Empty>
        )}
        {list.items.length > 0 && (
          <Rows
            label={t('record.log')}
            columns={columns}
            rows={list.items}
            idOf={({ seq }) => `${seq}`}
            onEnd={list.more}
          />
        )}
      </Panel>
    </Page>
  );
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      {
        key: 'seq',
        title: t('record.seq'),
        width: '5rem',
        isFigure: true,
        cell: ({ seq }) => (
          <Link to="/record" search={{ id: `${seq}` }}>
            {seq}
          </Link>
        ),
      },
      { key: 'time', title: t('field.time'), width: '8.5rem', cell: ({ at }) => <When at={at} /> },
      {
        key: 'type',
        title: t('field.type'),
        width: 'minmax(13rem, 1fr)',
        cell: ({ type }) => type.replace(/^elvis\.event\./, ''),
      },
      { key: 'actor', title: t('record.actor'), width: 'minmax(8rem, 0.7fr)', cell: ({ actor }) => actor },
      {
        key: 'about',
        title: t('record.about'),
        width: 'minmax(10rem, 1fr)',
        cell: ({ about }) => about ?? '–',
      },
      {
        key: 'hash',
        title: t('record.hash'),
        width: '9rem',
        cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}…</code>,
      },
      {
        key: 'why',
        title: t('why.title'),
        width: '5.5rem',
        cell: (entry) => hasChain(entry) && <Why id={`${entry.seq}`} />,
      },
    ],
    [t],
  );
}
