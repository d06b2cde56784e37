/**
 * The halt, on every page: held for six tenths of a second by pointer or key, or Shift+H held from anywhere, or its
 * scope typed. Nothing is loaded for it and nothing is asked before it.
 */
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useAnswer } from '../../api/use-answer';
import { Button } from '../../parts/button';
import { useSession } from '../../session/use-session';
import { useWords } from '../../words/use-words';
import styles from './halt.module.css';
import { type HaltProgress, haltEverything } from './halt';
import { HaltPhases } from './halt-phases';

const HOLD_MS = 600;
const SCOPE = 'GLOBAL';

export function HaltButton() {
  const { t } = useWords();
  const { may } = useSession();
  const queries = useQueryClient();
  const [isHeld, setHeld] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const [progress, setProgress] = useState<HaltProgress>();
  const timer = useRef<number>(undefined);
  const isUnderWay = progress !== undefined && !progress.isOver;
  const isAllowed = may('halt');

  // What a halt has reached is no longer so once it is cleared.
  const isActive = useAnswer('/api/v1/emergency_stop/status').data?.active === false;
  useEffect(() => {
    if (isActive) setProgress((now) => (now?.isOver ? undefined : now));
  }, [isActive]);

  const halt = useCallback((): void => {
    setTyping(false);
    void haltEverything(t('halt.reason'), setProgress).finally(() =>
      queries.invalidateQueries({ queryKey: ['/api/v1/emergency_stop/status'] }),
    );
  }, [t, queries]);
  const hold = useCallback((): void => {
    if (timer.current !== undefined || isUnderWay || !isAllowed) return;
    setHeld(true);
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      setHeld(false);
      halt();
    }, HOLD_MS);
  }, [halt, isUnderWay, isAllowed]);
  /** Answers whether the hold was given up before its time. */
  const release = useCallback((): boolean => {
    if (timer.current === undefined) return false;
    clearTimeout(timer.current);
    timer.current = undefined;
    setHeld(false);
    return true;
  }, []);
  useShiftH(hold, release);
  useEffect(() => () => clearTimeout(timer.current), []);

  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (event.type === 'keydown') hold();
    else if (release()) setTyping(true);
  };
  return (
    <>
      <button
        type="button"
        className={styles.halt}
        data-held={isHeld || undefined}
        disabled={!isAllowed || isUnderWay}
        title={isAllowed ? t('halt.how') : t('act.readOnly', { scope: 'halt' })}
        aria-keyshortcuts="Shift+H"
        onPointerDown={hold}
        onPointerUp={() => release() && setTyping(true)}
        onPointerLeave={release}
        onPointerCancel={release}
        onKeyDown={onKey}
        onKeyUp={onKey}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span className={styles.label}>
          <span aria-hidden="true">■ </span>
          {t('halt.halt')}
        </span>
      </button>
      {isTyping && <TypedHalt onHalt={halt} onClose={() => setTyping(false)} />}
      {progress && <HaltPhases progress={progress} onClose={() => setProgress(undefined)} />}
    </>
  );
}

/** For who cannot hold: the name of what is stopped, typed. */
function TypedHalt({ onHalt, onClose }: { readonly onHalt: () => void; readonly onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const isScope = text.trim().toUpperCase() === SCOPE;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (isScope) onHalt();
  };
  return (
    <form className={styles.strip} onSubmit={send} onKeyDown={({ key }) => key === 'Escape' && onClose()}>
      <label htmlFor="halt-scope">{t('halt.type', { scope: SCOPE })}</label>
      <input
        id="halt-scope"
        className={styles.scope}
        value={text}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" look="stop" disabled={!isScope}>
        {t('halt.halt')}
      </Button>
      <Button look="quiet" onClick={onClose}>
        {t('act.close')}
      </Button>
    </form>
  );
}

function useShiftH(hold: () => void, release: () => void): void {
  useEffect(() => {
    const isText = (target: EventTarget | null): boolean =>
      target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
    const down = (event: globalThis.KeyboardEvent): void => {
      if (event.shiftKey && event.code === 'KeyH' && !event.repeat && !isText(event.target)) hold();
    };
    const up = ({ code, key }: globalThis.KeyboardEvent): void => {
      if (code === 'KeyH' || key === 'Shift') release();
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('blur', release);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('blur', release);
    };
  }, [hold, release]);
}
