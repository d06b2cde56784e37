/** Everything at a glance. */
import { Page } from '../../parts/page';
import { useWords } from '../../words/use-words';

export function OverviewPage() {
  const { t } = useWords();
  return (
    <Page name="overview" title={t('nav.overview')} isReady>
      {null}
    </Page>
  );
}
