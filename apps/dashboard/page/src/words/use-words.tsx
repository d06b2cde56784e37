/** The language a person has chosen, kept in this browser; a new one begins in the browser's own. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Language } from '../figures/decimal-text';
import { loadDictionary, translator, type Dictionary, type Translate } from './words';

interface Words {
  readonly t: Translate;
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

interface Spoken {
  readonly language: Language;
  readonly dictionary: Dictionary;
}

const KEPT_AS = 'elvis.language';
const WordsContext = createContext<Words | undefined>(undefined);

/** The words of the first screen, read before it is shown. */
export const firstWords = async (): Promise<Spoken> => {
  const language = firstLanguage();
  return { language, dictionary: await loadDictionary(language) };
};

export function WordsProvider({ first, children }: { readonly first: Spoken; readonly children: ReactNode }) {
  const [spoken, setSpoken] = useState(first);
  const { language, dictionary } = spoken;
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  const words = useMemo(
    () => ({
      t: translator(dictionary),
      language,
      setLanguage: (chosen: Language) =>
        void loadDictionary(chosen).then((read) => setSpoken({ language: chosen, dictionary: read })),
    }),
    [dictionary, language],
  );
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of WordsProvider');
  return words;
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS) ?? navigator.language;
  return kept.startsWith('tr') ? 'tr' : 'en';
}
