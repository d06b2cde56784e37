/** What risk would say of the order in the ticket: asked a moment after each change, and again while it stands. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/api';
import { reasonOf } from '../../api/reason';
import { Amount } from '../../parts/figure';
import { useWords } from '../../words/use-words';
import { Checks } from '../../why/checks';
import { type Draft, type NewOrder, readDraft } from './ticket-rules';
import style from './trade.module.css';

const TYPED_MS = 400;
/** It counts as an order against the limit of requests. */
const EVERY_MS = 10_000;

export function Preview({ draft }: { readonly draft: Draft }) {
  const { t } = useWords();
  const order = useSettled(draft);
  const preview = useQuery({
    queryKey: ['/api/v1/orders/preview', order],
    queryFn: ({ signal }) => call('post', '/api/v1/orders/preview', { body: order, signal }),
    enabled: order !== undefined,
    refetchInterval: EVERY_MS,
    gcTime: 0,
    retry: false,
  });
  if (order === undefined) return <p className={style.preview}>{t('preview.none')}</p>;
  const { data, error } = preview;
  if (error) return <p className={style.preview}>? {t('preview.unknown', { reason: reasonOf(error) })}</p>;
  if (data === undefined) return <p className={style.preview}>… {t('preview.asking')}</p>;
  const { denial, checks, notional, leverage } = data;
  const asked = checks.filter(({ outcome }) => outcome !== 'not-asked').length;
  return (
    <div className={style.preview} data-verdict={denial ? 'denied' : 'approved'}>
      <p>
        {denial
          ? `✕ ${t('preview.denied', { reason: [denial.code, ...factsOf(denial.context)].join(', ') })}`
          : `✓ ${t('preview.approved')}`}
      </p>
      <dl className={style.cost}>
        <dt>{t('preview.worth')}</dt>
        <dd>
          <Amount value={notional} />
        </dd>
        {leverage !== null && order.market === 'futures' && (
          <>
            <dt>{t('preview.leverage')}</dt>
            <dd>{leverage}×</dd>
          </>
        )}
      </dl>
      {checks.length > 0 && (
        <details>
          <summary>{t('preview.checks', { asked, count: checks.length })}</summary>
          <Checks checks={checks} />
        </details>
      )}
    </div>
  );
}

const factsOf = (context: Readonly<Record<string, string>>): string[] =>
  Object.entries(context).map(([name, value]) => `${name} ${value}`);

/** The order once nothing was typed for a moment; undefined while it is not complete. */
function useSettled(draft: Draft): NewOrder | undefined {
  const [order, setOrder] = useState<NewOrder>();
  useEffect(() => {
    const timer = setTimeout(() => {
      const read = readDraft(draft);
      setOrder('order' in read ? read.order : undefined);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return order;
}
