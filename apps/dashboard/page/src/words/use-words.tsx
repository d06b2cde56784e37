/** The language a person has chosen, kept in this browser; a new one begins in the browser's own. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Language } from '../figures/decimal-text';
import { translator, type Translate } from './words';

interface Words {
  readonly t: Translate;
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

const KEPT_AS = 'elvis.language';
const WordsContext = createContext<Words | undefined>(undefined);

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  const words = useMemo(() => ({ t: translator(language), language, setLanguage }), [language]);
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
