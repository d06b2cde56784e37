/** What the record knows of an id: the entry that has it as its number, and the chain that it belongs to. */
import type { AnswerOf } from '../../api/api';
import { useAnswer } from '../../api/use-answer';
import { Figure } from '../../parts/figure';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { When } from '../../parts/when';
import { Explained } from '../../why/explained';
import { useWords } from '../../words/use-words';
import styles from './record.module.css';

export type Entry = AnswerOf<'/api/v1/record', 'get'>['items'][number];

/** Longer ones are no exact numbers any more, and no entry has one. */
const ENTRY_NUMBER = /^[1-9]\d{0,14}$/;

/** Only of an order there is a chain to tell. */
export const hasChain = ({ type, about }: Entry): boolean =>
  about !== null && (type.startsWith('elvis.event.order.') || type.startsWith('elvis.event.risk.'));

export function Asked({ id }: { readonly id: string }) {
  return ENTRY_NUMBER.test(id) ? <AskedEntry id={id} /> : <Chain id={id} />;
}

function AskedEntry({ id }: { readonly id: string }) {
  const { t } = useWords();
  const seq = Number(id);
  const found = useAnswer('/api/v1/record', { query: { before: seq + 1, limit: 1 } });
  const entry = found.data?.items.find((each) => each.seq === seq);
  return (
    <>
      <Panel title={t('record.entry', { seq })}>
        <Answer of={found}>
          {() => (entry ? <Fields entry={entry} /> : <Empty title={t('record.noEntry', { seq })} />)}
        </Answer>
      </Panel>
      {entry && hasChain(entry) && <Chain id={id} />}
    </>
  );
}

function Chain({ id }: { readonly id: string }) {
  const { t } = useWords();
  const explanation = useAnswer('/api/v1/explanations/{id}', { names: { id } });
  return (
    <Panel title={t('record.chainOf', { id })}>
      <Answer of={explanation}>{({ chains }) => <Explained chains={chains} />}</Answer>
    </Panel>
  );
}

function Fields({ entry }: { readonly entry: Entry }) {
  const { t } = useWords();
  const { seq, type, at, recordedAt, actor, about, traceId, hash } = entry;
  return (
    <dl className={styles.fields} data-entry={seq}>
      <Figure name={t('field.type')}>{type}</Figure>
      <Figure name={t('field.time')}>
        <When at={at} />
      </Figure>
      <Figure name={t('record.written')}>
        <When at={recordedAt} />
      </Figure>
      <Figure name={t('record.actor')}>{actor}</Figure>
      <Figure name={t('record.about')}>{about ?? '–'}</Figure>
      <Figure name={t('record.trace')}>{traceId ?? '–'}</Figure>
      <Figure name={t('record.hash')}>
        <code>{hash}</code>
      </Figure>
    </dl>
  );
}
