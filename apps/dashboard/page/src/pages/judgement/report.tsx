/** Every gate of a judgement with what it asked and found, read from its report when it is opened. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Mark } from '../../parts/mark';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import style from './judgement.module.css';

/** What is read of a report. */
interface ReportGates {
  readonly gates: readonly {
    readonly id: string;
    readonly asks: string;
    readonly answer: 'pass' | 'fail' | 'unknown';
    readonly because: string;
  }[];
}
const TONES = { pass: 'good', fail: 'bad', unknown: 'warn' } as const;

export function Report({ id }: { readonly id: string }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('judgement.report')}</Button>
      {isOpen && (
        <Dialog title={t('judgement.report')} isDrawer onClose={() => setOpen(false)}>
          <Gates id={id} />
        </Dialog>
      )}
    </>
  );
}

function Gates({ id }: { readonly id: string }) {
  const { t } = useWords();
  const report = useQuery({
    queryKey: ['judgement-report', id],
    queryFn: async () =>
      (await call('get', '/api/v1/go-no-go/{id}/report', { names: { id } })) as unknown as ReportGates,
    staleTime: Infinity,
  });
  return (
    <Answer of={report}>
      {({ gates }) => (
        <ul className={style.gates}>
          {gates.map(({ id: gate, asks, answer, because }) => (
            <li key={gate} data-gate={gate}>
              <strong>{gate}</strong> {asks} <Mark tone={TONES[answer]}>{t(`gate.${answer}`)}</Mark>
              <br />
              {because}
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}
