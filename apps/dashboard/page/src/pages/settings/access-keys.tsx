/** Access keys: made here, shown once, revoked here. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { ActButton, Button } from '../../parts/button';
import { Mark } from '../../parts/mark';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import { NewKey } from './new-key';

const ADDRESS = '/api/v1/access-keys';
type Key = AnswerOf<typeof ADDRESS, 'get'>['items'][number];

export function AccessKeys() {
  const { t } = useWords();
  const keys = useAnswer(ADDRESS);
  const queries = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: [ADDRESS] });
  const add = <Button onClick={() => setMaking(true)}>{t('keys.add')}</Button>;
  return (
    <Panel title={t('keys.title')} isFlush aside={add}>
      <Answer of={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('keys.none')}>{t('keys.noneNext')}</Empty>
          ) : (
            <KeyTable keys={items} changed={changed} />
          )
        }
      </Answer>
      {isMaking && <NewKey onClose={() => setMaking(false)} onMade={changed} />}
    </Panel>
  );
}

function KeyTable({
  keys,
  changed,
}: {
  readonly keys: readonly Key[];
  readonly changed: () => Promise<void>;
}) {
  const { t } = useWords();
  const revoke = async (id: string): Promise<void> => {
    await call('delete', '/api/v1/access-keys/{id}', { names: { id } });
    await changed();
  };
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('keys.name')}</th>
          <th>{t('settings.scopes')}</th>
          <th>{t('keys.made')}</th>
          <th>{t('keys.used')}</th>
          <th>{t('keys.expires')}</th>
          <th>{t('field.status')}</th>
          <th>
            <span className={table.hidden}>{t('keys.revoke')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ id, name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }) => (
          <tr key={id}>
            <td>{name}</td>
            <td className={table.wrap}>{scopes.map((scope) => t(`scope.${scope}`)).join(', ')}</td>
            <td>
              <When at={createdAt} />
            </td>
            <td>
              <When at={lastUsedAt} />
            </td>
            <td>
              <When at={expiresAt} />
            </td>
            <td>
              {revokedAt ? (
                <Mark tone="calm">{t('keys.revoked')}</Mark>
              ) : (
                <Mark tone="good">{t('keys.works')}</Mark>
              )}
            </td>
            <td className={table.acts}>
              {!revokedAt && (
                <ActButton scope="admin" onAct={() => revoke(id)}>
                  {t('keys.revoke')}
                </ActButton>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
