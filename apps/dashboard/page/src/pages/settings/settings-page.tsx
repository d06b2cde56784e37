/** What a person sets for themselves, and the keys by which programs come in. */
import { ChoiceField } from '../../parts/field';
import { Button } from '../../parts/button';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { session } from '../../session/session';
import { useSession } from '../../session/use-session';
import { useTheme } from '../../style/use-theme';
import { THEMES } from '../../style/theme';
import { useWords } from '../../words/use-words';
import { AccessKeys } from './access-keys';
import styles from './settings.module.css';

export function SettingsPage() {
  const { t, language, setLanguage } = useWords();
  const { actor, scopes, may } = useSession();
  const [theme, setTheme] = useTheme();
  return (
    <Page name="settings" title={t('nav.settings')} isReady>
      <div className={styles.columns}>
        <Panel title={t('settings.look')}>
          <div className={styles.form}>
            <ChoiceField
              label={t('settings.language')}
              value={language}
              choices={[
                ['en', 'English'],
                ['tr', 'Türkçe'],
              ]}
              onChange={({ target }) => setLanguage(target.value === 'tr' ? 'tr' : 'en')}
            />
            <ChoiceField
              label={t('settings.theme')}
              value={theme}
              choices={THEMES.map((one) => [one, t(`settings.theme.${one}`)])}
              onChange={({ target }) => setTheme(THEMES.find((one) => one === target.value) ?? 'system')}
            />
          </div>
        </Panel>
        <Panel title={t('settings.you')}>
          <dl className={styles.you}>
            <dt>{t('settings.actor')}</dt>
            <dd>
              <code>{actor}</code>
            </dd>
            <dt>{t('settings.scopes')}</dt>
            <dd>
              {[...scopes].map((scope) => t(`scope.${scope as 'read'}`)).join(', ') || t('settings.noScopes')}
            </dd>
          </dl>
          <Button onClick={() => void session.signOut()}>{t('settings.signOut')}</Button>
        </Panel>
      </div>
      {may('admin') && <AccessKeys />}
    </Page>
  );
}
