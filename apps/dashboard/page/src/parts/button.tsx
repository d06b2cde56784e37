/** Buttons. One that acts says what the system answered and how long that took, never what it hopes. */
import { type ButtonHTMLAttributes, useEffect, useRef, useState } from 'react';
import { reasonOf } from '../api/reason';
import { useSession } from '../session/use-session';
import { useWords } from '../words/use-words';
import styles from './button.module.css';

type Look = 'plain' | 'main' | 'stop' | 'quiet';

interface ButtonParts extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
}

export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonParts) {
  return <button type={type} className={`${styles.button} ${styles[look]} ${className ?? ''}`} {...rest} />;
}

interface ActParts extends Omit<ButtonParts, 'onClick'> {
  /** What the caller must be allowed to do. */
  readonly scope: string;
  /** Asks the system; what it throws is shown. */
  readonly onAct: () => Promise<unknown>;
}

/** Sends once, however often it is pressed before the answer. */
export function ActButton({ scope, onAct, disabled, children, title, ...rest }: ActParts) {
  const { may } = useSession();
  const { t } = useWords();
  const isUnderWay = useRef(false);
  const [said, setSaid] = useState<{ readonly text: string; readonly isRefusal: boolean }>();
  const [isSent, setSent] = useState(false);
  const status = useRef<HTMLSpanElement>(null);
  // A refusal under the edge of a dialog would look as if nothing had happened.
  useEffect(() => {
    if (said?.isRefusal) status.current?.scrollIntoView({ block: 'nearest' });
  }, [said]);
  const isAllowed = may(scope);
  const act = async (): Promise<void> => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setSent(true);
    setSaid(undefined);
    const beganMs = performance.now();
    try {
      await onAct();
      setSaid({ text: t('act.took', { ms: Math.round(performance.now() - beganMs) }), isRefusal: false });
    } catch (error) {
      setSaid({ text: reasonOf(error), isRefusal: true });
    } finally {
      isUnderWay.current = false;
      setSent(false);
    }
  };
  return (
    <span className={styles.act}>
      <Button
        {...rest}
        disabled={disabled || !isAllowed || isSent}
        title={isAllowed ? title : t('act.readOnly', { scope })}
        onClick={() => void act()}
      >
        {children}
      </Button>
      <span ref={status} role="status" className={said?.isRefusal ? styles.refused : styles.answered}>
        {isSent ? t('act.inFlight') : said?.text}
      </span>
    </span>
  );
}
