/** The whole chain of an order: what led to it, what was looked at, what was answered, and when. */
import type { AnswerOf } from '../api/api';
import { Checks } from './checks';
import { Amount } from '../parts/figure';
import { Mark } from '../parts/mark';
import { TONES } from '../pages/orders/order-words';
import { useWords } from '../words/use-words';
import styles from './why.module.css';

type Chain = AnswerOf<'/api/v1/explanations/{id}', 'get'>['chains'][number];
type Stage = Chain['stages'][number];

export function Explained({ chains }: { readonly chains: readonly Chain[] }) {
  return chains.map((chain) => (
    <section
      key={chain.clientOrderId ?? chain.stepId}
      className={styles.chain}
      data-chain={chain.clientOrderId ?? chain.stepId}
    >
      <Head chain={chain} />
      <ol className={styles.stages}>
        {chain.stages.map((stage, at) => (
          // Stages are only ever added at the end.
          <StageOf key={at} stage={stage} />
        ))}
      </ol>
    </section>
  ));
}

function Head({ chain: { order, clientOrderId, stepId } }: { readonly chain: Chain }) {
  const { t } = useWords();
  return (
    <div className={styles.of}>
      {order && (
        <p className={styles.order}>
          <span>
            {t(`side.${order.side}`)} <Amount value={order.quantity} /> {order.symbol}
          </span>
          <Mark tone={TONES[order.status]}>{t(`order.${order.status}`)}</Mark>
          {order.code && <code>{order.code}</code>}
        </p>
      )}
      <code>{clientOrderId ?? stepId}</code>
    </div>
  );
}

function StageOf({ stage }: { readonly stage: Stage }) {
  const { t } = useWords();
  const { kind, title, at, sinceMs, auditSeq, hash, facts, checks } = stage;
  const named = Object.entries(facts);
  return (
    <li className={styles.stage} data-stage={kind}>
      <div className={styles.head}>
        <h3>
          {t(`stage.${kind}`)}: {title}
        </h3>
        <span className={styles.time}>
          <time dateTime={at} title={at}>
            {at.slice(11, 23)} UTC
          </time>
          {sinceMs !== null && ` (${sinceMs < 0 ? '−' : '+'}${Math.abs(Math.round(sinceMs))} ms)`}
        </span>
      </div>
      {checks && checks.length > 0 && <Checks checks={checks} />}
      {named.length > 0 && (
        <details className={styles.facts} open={named.length <= FACTS_SHOWN}>
          <summary>{t('why.facts', { count: named.length })}</summary>
          <dl>
            {named.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {auditSeq !== null && (
        <p className={styles.audit}>
          {t('why.audit', { seq: auditSeq })} {hash && <code title={hash}>{hash.slice(0, HASH_SHOWN)}…</code>}
        </p>
      )}
    </li>
  );
}

const FACTS_SHOWN = 8;
const HASH_SHOWN = 12;
