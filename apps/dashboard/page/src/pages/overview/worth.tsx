/** What the account is worth, what the day has brought, and how near the limits are. */
import { shareOf } from '../../figures/decimal-text';
import { Amount, Figure, Gauge } from '../../parts/figure';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import type { Moment } from '../positions/use-moment';
import styles from './overview.module.css';

const DECIMAL = /^\d+(\.\d+)?$/;

export function Worth({ moment }: { readonly moment: Moment }) {
  const { t } = useWords();
  const { at, equity, day, openOrders } = moment;
  return (
    <dl className={styles.figures} data-at={at}>
      <Figure name={t('overview.equity')} of="equity" note={equity && <When at={equity.asOf} />}>
        <Amount value={equity?.equity} digits={2} /> {equity?.asset}
      </Figure>
      <Figure
        name={t('overview.day')}
        of="pnl"
        note={day && <Bound used={day.loss} bound={day.lossLimit} asset={day.asset} />}
      >
        <Amount value={day?.pnl} digits={2} isSigned /> {day?.asset}
      </Figure>
      <Figure
        name={t('overview.drawdown')}
        of="drawdown"
        note={day && <Bound used={day.drawdown} bound={day.drawdownLimit} asset={day.asset} />}
      >
        <Amount value={day?.drawdown} digits={2} /> {day?.asset}
      </Figure>
      <Figure name={t('overview.unrealized')} of="unrealizedPnl">
        <Amount value={equity?.unrealizedPnl} digits={2} isSigned /> {equity?.asset}
      </Figure>
      <Figure name={t('overview.openOrders')} of="openOrders">
        {openOrders ? `${openOrders.count}${openOrders.isMore ? '+' : ''}` : t('state.unknown')}
      </Figure>
    </dl>
  );
}

interface BoundParts {
  readonly used: string;
  readonly bound: string;
  readonly asset: string;
}

function Bound({ used, bound, asset }: BoundParts) {
  const { t } = useWords();
  if (!DECIMAL.test(bound)) return <>{t('overview.noBound')}</>;
  return (
    <>
      {t('overview.atMost')} <Amount value={bound} digits={2} /> {asset}
      <Gauge share={shareOf(used, bound)} label={t('overview.atMost')} />
    </>
  );
}
