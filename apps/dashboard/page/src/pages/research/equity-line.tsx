import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colorsOf, useThemeCount } from '../../style/colors';
import style from './research.module.css';

const HEIGHT = 220;

/** Equity over time of one backtest; figures of it are in the table beside. */
export function EquityLine({
  points,
  label,
}: {
  readonly points: readonly { readonly time: string; readonly equity: number }[];
  readonly label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useThemeCount();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const { accent, ink, line } = colorsOf(element);
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        series: [{}, { stroke: accent, width: 1.5 }],
        axes: [axis, { ...axis, size: 70 }],
      },
      [points.map(({ time }) => Date.parse(time) / 1_000), points.map(({ equity }) => equity)],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [points, theme]);
  return <div ref={place} className={style.equity} role="img" aria-label={label} />;
}
