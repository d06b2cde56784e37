import { Link } from '@tanstack/react-router';
import { Page } from '../parts/page';
import { Empty } from '../parts/told';
import { useWords } from '../words/use-words';

export function NoSuchPage() {
  const { t } = useWords();
  return (
    <Page name="none" title={t('nav.lost')} isReady>
      <Empty title={t('nav.lost')}>
        <Link to="/">{t('nav.home')}</Link>
      </Empty>
    </Page>
  );
}
