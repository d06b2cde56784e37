/** What risk looked at, in its order: each with the figure, the limit it was held against, and how it went. */
import type { AnswerOf } from '../api/api';
import table from '../parts/table.module.css';
import { useWords } from '../words/use-words';
import styles from './why.module.css';

type Check = AnswerOf<'/api/v1/orders/preview', 'post'>['checks'][number];
const SIGNS: Readonly<Record<Check['outcome'], string>> = { passed: '✓', denied: '✕', 'not-asked': '·' };

export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useWords();
  return (
    <div className={styles.checks} tabIndex={0} role="region" aria-label={t('why.checks')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('why.check')}</th>
            <th scope="col">{t('why.outcome')}</th>
            <th scope="col" className={table.figure}>
              {t('why.figure')}
            </th>
            <th scope="col" className={table.figure}>
              {t('why.limit')}
            </th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ name, outcome, figure, limit, code }) => (
            <tr key={name} data-outcome={outcome}>
              <td>{name}</td>
              <td>
                {SIGNS[outcome]} {t(`why.${outcome}`)} {code && <code>{code}</code>}
              </td>
              <td className={table.figure}>{figure ?? '–'}</td>
              <td className={table.figure}>{limit ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
