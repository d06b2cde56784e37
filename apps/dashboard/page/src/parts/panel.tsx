/** A titled part of a page. What is old in it is greyed, together with the words that say how old. */
import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

interface PanelParts {
  readonly title: string;
  readonly aside?: ReactNode;
  /** Without distance to the border: for a table. */
  readonly isFlush?: boolean;
  readonly isStale?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, aside, isFlush = false, isStale = false, children }: PanelParts) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id} data-stale={isStale || undefined}>
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      {isFlush ? (
        // A table may be wider than a narrow screen: the keyboard scrolls it as well.
        <div className={styles.flush} tabIndex={0} role="group" aria-labelledby={id}>
          {children}
        </div>
      ) : (
        <div className={styles.body}>{children}</div>
      )}
    </section>
  );
}
