/** A named field of a form, with what was wrong with it below. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import styles from './field.module.css';

interface Named {
  readonly label: string;
  readonly note?: ReactNode;
}

export function TextField({ label, note, ...input }: Named & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input id={id} className={styles.input} aria-describedby={note ? `${id}-note` : undefined} {...input} />
      {note && (
        <p id={`${id}-note`} className={styles.note}>
          {note}
        </p>
      )}
    </div>
  );
}

interface Choices extends Named, SelectHTMLAttributes<HTMLSelectElement> {
  /** Value and what is shown for it. */
  readonly choices: readonly (readonly [value: string, text: string])[];
}

export function ChoiceField({ label, note, choices, ...select }: Choices) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={styles.input} {...select}>
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {note && <p className={styles.note}>{note}</p>}
    </div>
  );
}
