/** What is heard of each venue, and how old the newest of it is. */
import type { AnswerOf } from '../../api/api';
import { ageText } from '../../figures/age-text';
import { useIsOld } from '../../parts/age';
import { Mark, type Tone } from '../../parts/mark';
import table from '../../parts/table.module.css';
import { Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import styles from './exchange.module.css';

export type Venues = AnswerOf<'/api/v1/venues', 'get'>['venues'];
type State = Venues[number]['connections'][number]['state'];

const TONES: Readonly<Record<State, Tone>> = {
  IDLE: 'calm',
  CONNECTING: 'warn',
  SUBSCRIBING: 'warn',
  LIVE: 'good',
  SILENT: 'bad',
  DRAINING: 'warn',
  BACKING_OFF: 'bad',
};
const OLD_FEED_MS = 3_000;

export function Connections({ venues }: { readonly venues: Venues }) {
  const { t } = useWords();
  const rows = venues.flatMap(({ venue, use, connections }) =>
    connections.map((connection) => ({ venue, use, connection })),
  );
  if (rows.length === 0) return <Empty title={t('exchange.noConnections')} />;
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th>{t('exchange.venue')}</th>
          <th>{t('exchange.connection')}</th>
          <th>{t('field.status')}</th>
          <th className={table.figure}>{t('exchange.age')}</th>
          <th className={table.figure}>{t('exchange.topics')}</th>
          <th className={table.figure}>{t('exchange.reconnects')}</th>
          <th>{t('exchange.losses')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ venue, use, connection }) => {
          const { name, state, ageMs, confirmed, wanted, connections, losses } = connection;
          return (
            <tr key={`${venue}-${name}`}>
              <td>
                {venue} <span className={table.soft}>{t(`exchange.use.${use}`)}</span>
              </td>
              <td>{name}</td>
              <td>
                <Mark tone={TONES[state]}>{t(`exchange.${state}`)}</Mark>
              </td>
              <td className={table.figure}>
                <HeldAge ageMs={ageMs} />
              </td>
              <td className={table.figure}>
                {confirmed}/{wanted}
              </td>
              <td className={table.figure}>{Math.max(0, connections - 1)}</td>
              <td>
                {Object.entries(losses)
                  .map(([why, count]) => `${why} ${count}`)
                  .join(', ')}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Feeds({ venues, receivedAtMs }: { readonly venues: Venues; readonly receivedAtMs: number }) {
  const { t } = useWords();
  const isOld = useIsOld(receivedAtMs, OLD_FEED_MS * 2);
  const rows = venues.flatMap(({ venue, feeds }) => feeds.map((feed) => ({ venue, feed })));
  if (rows.length === 0) return <Empty title={t('exchange.noFeeds')}>{t('exchange.noFeedsNext')}</Empty>;
  return (
    <table className={table.table} data-stale={isOld || undefined}>
      <thead>
        <tr>
          <th>{t('exchange.venue')}</th>
          <th>{t('field.symbol')}</th>
          <th className={table.figure}>{t('exchange.book')}</th>
          <th className={table.figure}>{t('exchange.mark')}</th>
          <th className={table.figure}>{t('exchange.trade')}</th>
          <th className={table.figure}>{t('exchange.gaps')}</th>
          <th>{t('exchange.topics')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ venue, feed }) => (
          <tr key={`${venue}-${feed.symbol}`}>
            <td>{venue}</td>
            <td>{feed.symbol}</td>
            <td className={table.figure}>
              <HeldAge ageMs={feed.orderBookAgeMs} oldMs={OLD_FEED_MS} />
            </td>
            <td className={table.figure}>
              <HeldAge ageMs={feed.markAgeMs} oldMs={OLD_FEED_MS} />
            </td>
            <td className={table.figure}>
              <HeldAge ageMs={feed.tradeAgeMs} />
            </td>
            <td className={table.figure}>{feed.gaps}</td>
            <td className={table.wrap}>{feed.topics.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An age as the system told it; above the bound it says so by its look and a sign. */
function HeldAge({
  ageMs,
  oldMs = Infinity,
}: {
  readonly ageMs: number | undefined;
  readonly oldMs?: number;
}) {
  const { language } = useWords();
  if (ageMs === undefined) return <>–</>;
  return ageMs > oldMs ? (
    <span className={styles.old}>▲ {ageText(ageMs, language)}</span>
  ) : (
    <>{ageText(ageMs, language)}</>
  );
}
