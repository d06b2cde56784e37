/** The way in for who has no link: an access key, or an address with a password. */
import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button';
import { ChoiceField, TextField } from '../parts/field';
import { useWords } from '../words/use-words';
import { type Credentials, session } from './session';
import styles from './sign-in.module.css';
import { useSession } from './use-session';

type Way = 'key' | 'user';

export function SignIn() {
  const { t, language, setLanguage } = useWords();
  const { refusal } = useSession();
  const [way, setWay] = useState<Way>('key');
  const [isSent, setSent] = useState(false);
  const [refused, setRefused] = useState<string>();
  const send = async (credentials: Credentials): Promise<void> => {
    setSent(true);
    setRefused(await session.signIn(credentials));
    setSent(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isSent) return;
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => (form.get(name) as string | null) ?? '';
    void send(
      way === 'key'
        ? { accessKey: text('accessKey').trim() }
        : { email: text('email').trim(), password: text('password') },
    );
  };
  const said = refused ?? refusal;
  return (
    <main id="content" className={styles.page} data-page="sign-in" data-ready>
      <form className={styles.card} onSubmit={submit}>
        <h1>{t('signIn.title')}</h1>
        <p className={styles.soft}>{t('signIn.link')}</p>
        <div className={styles.ways} role="radiogroup" aria-label={t('signIn.by')}>
          {(['key', 'user'] as const).map((one) => (
            <label key={one} className={styles.way}>
              <input type="radio" name="way" checked={way === one} onChange={() => setWay(one)} />
              {t(one === 'key' ? 'signIn.byKey' : 'signIn.byUser')}
            </label>
          ))}
        </div>
        {way === 'key' ? (
          <TextField
            key="key"
            label={t('signIn.key')}
            name="accessKey"
            note={t('signIn.keyNote')}
            type="password"
            autoComplete="current-password"
            spellCheck={false}
            required
          />
        ) : (
          <>
            <TextField
              key="email"
              label={t('signIn.email')}
              name="email"
              type="email"
              autoComplete="username"
              required
            />
            <TextField
              key="password"
              label={t('signIn.password')}
              name="password"
              type="password"
              autoComplete="current-password"
              required
            />
          </>
        )}
        <p role="alert" className={styles.refused}>
          {said !== undefined && t('signIn.refused', { reason: said })}
        </p>
        <Button type="submit" look="main" disabled={isSent}>
          {isSent ? t('act.inFlight') : t('signIn.enter')}
        </Button>
        <ChoiceField
          label={t('settings.language')}
          value={language}
          choices={[
            ['en', 'English'],
            ['tr', 'Türkçe'],
          ]}
          onChange={({ target }) => setLanguage(target.value === 'tr' ? 'tr' : 'en')}
        />
        <p className={styles.soft}>
          <a href="/stop">{t('nav.stopPage')}</a>
        </p>
      </form>
    </main>
  );
}
