/** Figures as the system said them: text in, text out, with a sign and a colour where they gain or lose. */
import { type ReactNode } from 'react';
import { grouped, isNegative, isZero, signed } from '../figures/decimal-text';
import { useWords } from '../words/use-words';
import styles from './figure.module.css';

interface Amount {
  /** Decimal text; null where the system does not know it. */
  readonly value: string | null | undefined;
  readonly digits?: number;
  /** Shows gain or loss: by sign, and by colour besides. */
  readonly isSigned?: boolean;
}

export function Amount({ value, digits, isSigned = false }: Amount) {
  const { t, language } = useWords();
  if (value === null || value === undefined) return <span className={styles.none}>{t('state.unknown')}</span>;
  if (!isSigned) return <>{grouped(value, language, digits)}</>;
  const tone = isZero(value) ? undefined : isNegative(value) ? styles.loss : styles.gain;
  return <span className={tone}>{signed(value, language, digits)}</span>;
}

/** A figure with its name above it, and what belongs to it below. */
export function Figure({
  name,
  of,
  children,
  note,
}: {
  readonly name: string;
  /** In `data-figure`, by which a test finds it: the field that it shows. */
  readonly of?: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd className={styles.value} data-figure={of}>
        {children}
      </dd>
      {note !== undefined && <dd className={styles.note}>{note}</dd>}
    </div>
  );
}

/** How much of a limit is used, as a bar beside its figures; above four fifths it warns, by a word too. */
export function Gauge({ share, label }: { readonly share: number; readonly label: string }) {
  const level = share >= 1 ? 'full' : share >= 0.8 ? 'high' : 'low';
  return (
    <meter
      className={`${styles.gauge} ${styles[level]}`}
      min={0}
      max={1}
      high={0.8}
      value={Math.min(1, Math.max(0, share))}
      aria-label={label}
    />
  );
}
