import { useState } from 'react';
import { grouped, shareOf } from '../../figures/decimal-text';
import { Button } from '../../parts/button';
import { Gauge } from '../../parts/figure';
import table from '../../parts/table.module.css';
import { useWords } from '../../words/use-words';
import { ChangeLimit } from './change-limit';
import { type Denied, LastDenial } from './last-denial';
import { type Limit, UNITS, isDecimal } from './limits';
import styles from './risk.module.css';

interface Shown {
  readonly limits: readonly Limit[];
  readonly denied: Denied;
}

/** Each limit with what it is, how much of it is used, what it last refused, and who set it. */
export function LimitTable({ limits, denied }: Shown) {
  const { t } = useWords();
  const [changing, setChanging] = useState<Limit['name']>();
  const changed = limits.find(({ name }) => name === changing);
  return (
    <>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('risk.limit')}</th>
            <th className={table.figure}>{t('risk.used')}</th>
            <th className={table.figure}>{t('risk.value')}</th>
            <th className={styles.share}>{t('risk.share')}</th>
            <th>{t('risk.lastDenial')}</th>
            <th>{t('risk.setBy')}</th>
            <th>
              <span className={table.hidden}>{t('risk.change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {limits.map((limit) => (
            <LimitRow
              key={limit.name}
              limit={limit}
              denied={denied}
              onChange={() => setChanging(limit.name)}
            />
          ))}
        </tbody>
      </table>
      {changed && <ChangeLimit limit={changed} onClose={() => setChanging(undefined)} />}
    </>
  );
}

interface RowParts {
  readonly limit: Limit;
  readonly denied: Denied;
  readonly onChange: () => void;
}

function LimitRow({ limit, denied, onChange }: RowParts) {
  const { t, language } = useWords();
  const { name, value, used, setBy, environment } = limit;
  const shown = (text: string): string => (isDecimal(text) ? grouped(text, language) : text);
  const unit = t(`risk.unit.${UNITS[name]}`);
  return (
    <tr data-limit={name}>
      <td>
        <span title={name}>{t(`risk.${name}`)}</span> <span className={table.soft}>{unit}</span>
      </td>
      <td className={table.figure}>{used === undefined ? '–' : shown(used)}</td>
      <td className={table.figure}>{value === 'off' ? t('risk.off') : shown(value)}</td>
      <td className={styles.share}>
        {used !== undefined && isDecimal(used) && isDecimal(value) ? (
          <Gauge share={shareOf(used, value)} label={t('risk.share')} />
        ) : (
          '–'
        )}
      </td>
      <td>
        <LastDenial of={name} denied={denied} />
      </td>
      <td>
        {t(`risk.setBy.${setBy}`)}
        {setBy === 'operator' && <span className={table.soft}> ({shown(environment)})</span>}
      </td>
      <td className={table.acts}>
        <Button onClick={onChange}>{t('risk.change')}</Button>
      </td>
    </tr>
  );
}
