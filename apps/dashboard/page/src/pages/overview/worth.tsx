/** What the account is worth, what the day has brought, and how near the limits are. */
import { useAnswer } from '../../api/use-answer';
import { negated, shareOf } from '../../figures/decimal-text';
import { Age, useIsOld } from '../../parts/age';
import { Amount, Figure, Gauge } from '../../parts/figure';
import { Panel } from '../../parts/panel';
import { Answer } from '../../parts/told';
import { When } from '../../parts/when';
import { useWords } from '../../words/use-words';
import styles from './overview.module.css';

const EVERY_MS = 2_000;
const OLD_MS = 6_000;
const DECIMAL = /^\d+(\.\d+)?$/;

export function Worth() {
  const { t } = useWords();
  const equity = useAnswer('/api/v1/equity', { query: { interval: 'raw', limit: 1 } }, { everyMs: EVERY_MS });
  const limits = useAnswer('/api/v1/risk/limits', {}, { everyMs: EVERY_MS });
  const openOrders = useAnswer(
    '/api/v1/orders',
    { query: { status: 'open', limit: 200 } },
    { everyMs: EVERY_MS },
  );
  const oldest = Math.min(equity.dataUpdatedAt, limits.dataUpdatedAt, openOrders.dataUpdatedAt);
  const isOld = useIsOld(oldest, OLD_MS);
  const newest = equity.data?.items.at(-1);
  const boundOf = (name: string) => limits.data?.limits.find((limit) => limit.name === name);
  const losses = limits.data?.losses;
  return (
    <Panel title={t('overview.account')} isStale={isOld} aside={<Age receivedAtMs={oldest} oldMs={OLD_MS} />}>
      <Answer of={limits}>
        {() => (
          <dl className={styles.figures}>
            <Figure name={t('overview.equity')} note={newest && <When at={newest.at} />}>
              <Amount value={newest?.equity} digits={2} /> {equity.data?.asset}
            </Figure>
            <Figure
              name={t('overview.day')}
              note={<Bound bound={boundOf('RISK_MAX_DAILY_LOSS')} asset={losses?.asset} />}
            >
              <Amount value={losses && negated(losses.today)} digits={2} isSigned /> {losses?.asset}
            </Figure>
            <Figure
              name={t('overview.drawdown')}
              note={<Bound bound={boundOf('RISK_MAX_DRAWDOWN')} asset={losses?.asset} />}
            >
              <Amount value={losses?.drawdown} digits={2} /> {losses?.asset}
            </Figure>
            <Figure name={t('overview.unrealized')}>
              <Amount value={newest?.unrealizedPnl} digits={2} isSigned /> {equity.data?.asset}
            </Figure>
            <Figure name={t('overview.openOrders')}>
              {openOrders.data
                ? `${openOrders.data.items.length}${openOrders.data.nextCursor ? '+' : ''}`
                : t('state.loading')}
            </Figure>
          </dl>
        )}
      </Answer>
    </Panel>
  );
}

interface BoundParts {
  readonly bound: { readonly value: string; readonly used?: string } | undefined;
  readonly asset: string | undefined;
}

function Bound({ bound, asset }: BoundParts) {
  const { t } = useWords();
  if (!bound) return null;
  if (!DECIMAL.test(bound.value)) return <>{t('overview.noBound')}</>;
  return (
    <>
      {t('overview.atMost')} <Amount value={bound.value} digits={2} /> {asset}
      {bound.used !== undefined && (
        <Gauge share={shareOf(bound.used, bound.value)} label={t('overview.atMost')} />
      )}
    </>
  );
}
