/** A state in one word, with a sign before it: the colour only repeats what they say. */
import styles from './mark.module.css';

export type Tone = 'calm' | 'good' | 'warn' | 'bad';
const SIGNS: Readonly<Record<Tone, string>> = { calm: '○', good: '●', warn: '▲', bad: '■' };

export function Mark({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={`${styles.mark} ${styles[tone]}`}>
      <span aria-hidden="true">{SIGNS[tone]} </span>
      {children}
    </span>
  );
}
