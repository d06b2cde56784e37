/** A long list of figures: only the rows in view are in the document, however many there are. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './rows.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** As a track of a CSS grid. */
  readonly width: string;
  readonly isFigure?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface Parts<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** Called when the end comes near. */
  readonly onEnd?: () => void;
}

const ROW_PX = 32;
const AHEAD = 12;

export function Rows<Row>({ label, columns, rows, idOf, onEnd }: Parts<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => idOf(rows[index] as Row),
    overscan: AHEAD,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  const tracks = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      data-rows={rows.length}
    >
      <div className={styles.sized}>
        <div role="row" className={styles.head} style={tracks}>
          {columns.map(({ key, title, isFigure }) => (
            <span key={key} role="columnheader" className={isFigure ? styles.figure : styles.cell}>
              {title}
            </span>
          ))}
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ key, index, start }) => (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              className={styles.row}
              style={{ ...tracks, translate: `0 ${start}px` }}
            >
              {columns.map((column) => (
                <span key={column.key} role="cell" className={column.isFigure ? styles.figure : styles.cell}>
                  {column.cell(rows[index] as Row)}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
