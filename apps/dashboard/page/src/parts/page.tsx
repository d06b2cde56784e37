/** One page: its title, what may be done on it, and whether its first figures are painted. */
import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

interface PageParts {
  /** In `data-page`, by which a test finds it. */
  readonly name: string;
  readonly title: string;
  readonly isReady: boolean;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ name, title, isReady, aside, children }: PageParts) {
  useEffect(() => {
    document.title = `${title} · Elvis`;
  }, [title]);
  return (
    <main
      id="content"
      tabIndex={-1}
      className={styles.page}
      data-page={name}
      data-ready={isReady || undefined}
    >
      <div className={styles.head}>
        <h1>{title}</h1>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      {children}
    </main>
  );
}
