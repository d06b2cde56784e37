/** "Why?", wherever an order, a fill, a denial or a step is shown; what it opens is loaded when it is first asked for. */
import { lazy, Suspense } from 'react';
import { Button } from '../parts/button';
import { useWords } from '../words/use-words';
import { askWhy, useAskedWhy } from './asked-why';

const WhyDrawer = lazy(() => import('./why-drawer').then(({ WhyDrawer: drawer }) => ({ default: drawer })));

/** @param id of an order, fill, decision, trace or audit number; of a step `<bot>:<run>:<step>` */
export function Why({ id }: { readonly id: string }) {
  const { t } = useWords();
  return (
    <Button look="quiet" aria-haspopup="dialog" aria-label={t('why.of', { id })} onClick={() => askWhy(id)}>
      {t('why.button')}
    </Button>
  );
}

export function WhyAsked() {
  const id = useAskedWhy();
  return (
    <Suspense>
      {id !== undefined && <WhyDrawer key={id} id={id} onClose={() => askWhy(undefined)} />}
    </Suspense>
  );
}
