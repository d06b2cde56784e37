import { useQuery } from '@tanstack/react-query';
import { useAnswer } from '../../api/use-answer';
import { Panel } from '../../parts/panel';
import table from '../../parts/table.module.css';
import { Answer } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { EquityLine } from './equity-line';
import { fieldOf, heatMapOf } from './heat-map';
import { type Report, readReport, statisticText } from './report';
import style from './research.module.css';

/** One report, or two beside each other. */
export function BacktestReports({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useWords();
  const reports = useQuery({
    queryKey: ['reports', ids],
    queryFn: () => Promise.all(ids.map(readReport)),
    staleTime: Infinity,
  });
  return (
    <Panel title={t(ids.length > 1 ? 'research.compared' : 'research.report')}>
      <Answer of={reports}>
        {(read) => (
          <div className={style.report}>
            {ids.map((id) => (
              <Equity key={id} id={id} />
            ))}
            <Figures ids={ids} reports={read} />
            {read.map(({ grid }, index) => (
              <Grid key={ids[index]} grid={grid} />
            ))}
            {read[0] && read[0].cannotTell.length > 0 && (
              <details>
                <summary>{t('research.cannotTell')}</summary>
                <ul>
                  {read[0].cannotTell.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              </details>
            )}
          </div>
        )}
      </Answer>
    </Panel>
  );
}

function Equity({ id }: { readonly id: string }) {
  const { t } = useWords();
  const equity = useAnswer('/api/v1/backtests/{id}/equity', { names: { id } });
  return (
    <Answer of={equity}>
      {({ items }) => <EquityLine points={items} label={t('research.equityOf', { id })} />}
    </Answer>
  );
}

function Figures({ ids, reports }: { readonly ids: readonly string[]; readonly reports: readonly Report[] }) {
  const { t } = useWords();
  const names = Object.keys(reports[0]?.figures ?? {});
  return (
    <div className={style.scrollX} tabIndex={0} role="group" aria-label={t('research.report')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('research.figure')}</th>
            {ids.map((id) => (
              <th key={id} scope="col" className={table.figure}>
                <code>{id.slice(0, 8)}</code>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {reports.map(({ figures }, index) => (
                <td key={ids[index]} className={table.figure}>
                  {figures[name] ? statisticText(name, figures[name]) : '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Colour repeats the figure in each field; the best one has a star. */
function Grid({ grid }: { readonly grid: Report['grid'] }) {
  const { t } = useWords();
  const map = heatMapOf(grid);
  if (!map) return null;
  const { across, down, columns, rows, cells, best, worst } = map;
  return (
    <div className={style.scrollX} tabIndex={0} role="group" aria-label={t('research.grid')}>
      <table className={style.heat}>
        <caption>
          {t('research.grid')}: {down === undefined ? across : `${down} × ${across}`}
        </caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {across} {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{down === undefined ? '' : `${down} ${row}`}</th>
              {columns.map((column) => {
                const cell = cells.get(fieldOf(row, column));
                if (!cell) return <td key={column}>–</td>;
                const share = best === worst ? 1 : (cell.netReturn - worst) / (best - worst);
                return (
                  <td
                    key={column}
                    style={{ '--heat': `${Math.round(share * 100)}%` } as React.CSSProperties}
                    title={t('research.cell', { trades: cell.trades })}
                  >
                    {cell.netReturn === best && '★ '}
                    {(cell.netReturn * 100).toFixed(2)} %
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
