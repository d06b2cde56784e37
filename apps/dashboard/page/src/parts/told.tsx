/** A place without figures: empty, loading and failed look different, and say what to do. */
import type { ReactNode } from 'react';
import { reasonOf } from '../api/reason';
import { useWords } from '../words/use-words';
import { Button } from './button';
import styles from './told.module.css';

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.told}>
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.next}>{children}</div>}
    </div>
  );
}

export function Loading() {
  const { t } = useWords();
  return (
    <div className={styles.loading} role="status">
      <span className={styles.bar} aria-hidden="true" />
      <span>{t('state.loading')}</span>
    </div>
  );
}

export function Failed({ error, retry }: { readonly error: unknown; readonly retry: () => unknown }) {
  const { t } = useWords();
  return (
    <div className={styles.failed} role="alert">
      <p>
        <span aria-hidden="true">✕ </span>
        {t('state.failed', { reason: reasonOf(error) })}
      </p>
      <Button onClick={() => void retry()}>{t('state.retry')}</Button>
    </div>
  );
}

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  refetch(): unknown;
}

/** What was asked, once it is there; a failure after that is told above what was known before. */
export function Answer<Data>({
  of: asked,
  children,
}: {
  readonly of: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error } = asked;
  const failure = error ? <Failed error={error} retry={() => asked.refetch()} /> : undefined;
  if (data === undefined) return failure ?? <Loading />;
  return (
    <>
      {failure}
      {children(data)}
    </>
  );
}
