import { useAnswer } from '../api/use-answer';
import { Dialog } from '../parts/dialog';
import { Answer } from '../parts/told';
import { useWords } from '../words/use-words';
import { Explained } from './explained';

/** The history has an entry a moment after it happened, and an order may still go on. */
const EVERY_MS = 5_000;

export function WhyDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useWords();
  const explanation = useAnswer('/api/v1/explanations/{id}', { names: { id } }, { everyMs: EVERY_MS });
  return (
    <Dialog title={t('why.title')} isDrawer onClose={onClose}>
      <Answer of={explanation}>{({ chains }) => <Explained chains={chains} />}</Answer>
    </Dialog>
  );
}
