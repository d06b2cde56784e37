/**
 * How old a live figure is, written into the page ten times a second without a render: the text of an age, and
 * `data-stale` on everything that shows the figure, which the style greys.
 */
import { type RefObject, useEffect } from 'react';
import { ageText } from '../figures/age-text';
import { useWords } from '../words/use-words';
import { liveClient, liveStore } from './live';

const LOOK_MS = 100;
/** A little below two seconds, so that at two seconds everything old is grey. */
const STALE_MS = 1_800;

/**
 * @param shown  what shows the figures of the topic
 * @param text   where the age is written
 */
export function useAge(
  topic: string,
  shown: RefObject<HTMLElement | null>,
  text: RefObject<HTMLElement | null>,
  staleMs = STALE_MS,
): void {
  const { t, language } = useWords();
  useEffect(() => {
    const look = (): void => {
      const frame = liveStore.get(topic);
      const ageMs = frame && liveClient.ageMs(frame);
      const isStale = ageMs === undefined || ageMs > staleMs;
      if (shown.current) shown.current.toggleAttribute('data-stale', isStale);
      if (!text.current) return;
      const age = ageMs === undefined ? t('age.none') : ageText(ageMs, language);
      const words = isStale && ageMs !== undefined ? t('age.old', { age }) : age;
      if (text.current.textContent !== words) text.current.textContent = words;
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [topic, staleMs, shown, text, t, language]);
}
