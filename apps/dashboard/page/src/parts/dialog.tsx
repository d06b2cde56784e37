/** A question over the page: the browser's own dialog, so that focus stays in it and Escape closes it. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../words/use-words';
import { Button } from './button';
import styles from './dialog.module.css';

interface DialogParts {
  readonly title: string;
  /** At the right edge and as high as the window: for what is read, not answered. */
  readonly isDrawer?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, isDrawer = false, onClose, children }: DialogParts) {
  const { t } = useWords();
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      data-drawer={isDrawer || undefined}
      aria-labelledby={id}
      onClose={onClose}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button look="quiet" aria-label={t('act.close')} onClick={() => element.current?.close()}>
          ✕
        </Button>
      </div>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}
