/** How long ago an answer came, written every second; above the bound it is grey and says that it is old. */
import { useSyncExternalStore } from 'react';
import { ageText } from '../figures/age-text';
import { useWords } from '../words/use-words';
import styles from './age.module.css';

const SECOND_MS = 1_000;

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, SECOND_MS);
  return () => clearInterval(timer);
}
const thisSecond = (): number => Math.floor(Date.now() / SECOND_MS);

/** Whether what came at that moment is older than it may be; renders once a second. */
export function useIsOld(receivedAtMs: number, oldMs: number): boolean {
  return useSyncExternalStore(everySecond, thisSecond) * SECOND_MS - receivedAtMs > oldMs;
}

export function Age({ receivedAtMs, oldMs }: { readonly receivedAtMs: number; readonly oldMs: number }) {
  const { t, language } = useWords();
  const ageMs = useSyncExternalStore(everySecond, thisSecond) * SECOND_MS - receivedAtMs;
  if (receivedAtMs === 0) return <span className={styles.age}>{t('age.none')}</span>;
  const age = ageText(Math.max(0, ageMs), language);
  return (
    <span className={ageMs > oldMs ? styles.old : styles.age}>
      {ageMs > oldMs ? t('age.old', { age }) : age}
    </span>
  );
}
