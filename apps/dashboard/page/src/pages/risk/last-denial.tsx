/** When a limit last refused an order, of the newest that were denied, and why. */
import type { AnswerOf } from '../../api/api';
import { When } from '../../parts/when';
import { Why } from '../../why/why';
import { type Limit, REFUSED_BY } from './limits';
import styles from './risk.module.css';

/** Newest first. */
export type Denied = readonly AnswerOf<'/api/v1/orders', 'get'>['items'][number][];

interface Shown {
  readonly of: Limit['name'];
  readonly denied: Denied;
}

export function LastDenial({ of, denied }: Shown) {
  const code = REFUSED_BY[of];
  const order = code === undefined ? undefined : denied.find((each) => each.code === code);
  if (!order) return <>–</>;
  return (
    <span className={styles.denial} data-denied={order.clientOrderId}>
      <When at={order.createdAt} /> <Why id={order.clientOrderId} />
    </span>
  );
}
