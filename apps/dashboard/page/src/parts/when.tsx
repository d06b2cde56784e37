/** A moment as the reader's clock has it, to the second; all of it in the title. */
import { useWords } from '../words/use-words';

const LOCALES = { en: 'en-GB', tr: 'tr-TR' } as const;

export function When({ at }: { readonly at: string | null | undefined }) {
  const { language } = useWords();
  if (!at) return <>–</>;
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  const text = moment.toLocaleString(LOCALES[language], {
    ...(isToday ? {} : { day: '2-digit', month: '2-digit', year: '2-digit' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}
