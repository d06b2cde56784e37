/** A new access key: what it may do, and then, once, the key itself. */
import { useState } from 'react';
import { call } from '../../api/api';
import { ActButton } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { useSession } from '../../session/use-session';
import { useWords } from '../../words/use-words';
import styles from './settings.module.css';

const SCOPES = ['read', 'trade', 'halt', 'clear', 'limits', 'admin'] as const;
type Scope = (typeof SCOPES)[number];

interface Parts {
  readonly onClose: () => void;
  readonly onMade: () => unknown;
}

export function NewKey({ onClose, onMade }: Parts) {
  const { t } = useWords();
  const { may } = useSession();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [made, setMade] = useState<string>();
  const make = async (): Promise<void> => {
    const { key } = await call('post', '/api/v1/access-keys', {
      body: { name: name.trim(), scopes: [...scopes] },
    });
    setMade(key);
    onMade();
  };
  const toggle = (scope: Scope): void =>
    setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <Dialog title={t('keys.add')} onClose={onClose}>
      {made !== undefined ? (
        <>
          <p>{t('keys.once')}</p>
          <code className={styles.secret}>{made}</code>
        </>
      ) : (
        <>
          <TextField
            label={t('keys.name')}
            value={name}
            maxLength={100}
            autoFocus
            onChange={({ target }) => setName(target.value)}
          />
          <fieldset className={styles.scopes}>
            <legend>{t('settings.scopes')}</legend>
            {SCOPES.map((scope) => (
              <label key={scope} className={styles.scope}>
                <input
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  disabled={!may(scope)}
                  onChange={() => toggle(scope)}
                />
                {t(`scope.${scope}`)}
              </label>
            ))}
          </fieldset>
          <ActButton
            scope="admin"
            look="main"
            disabled={name.trim() === '' || scopes.length === 0}
            onAct={make}
          >
            {t('keys.make')}
          </ActButton>
        </>
      )}
    </Dialog>
  );
}
