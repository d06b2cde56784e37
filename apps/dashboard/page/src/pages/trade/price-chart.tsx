import { useQuery } from '@tanstack/react-query';
import {
  CandlestickSeries,
  type CandlestickData,
  type IChartApi,
  type ISeriesApi,
  type SeriesMarker,
  type UTCTimestamp,
  createChart,
  createSeriesMarkers,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import { call, type AnswerOf } from '../../api/api';
import { chartValue, grouped } from '../../figures/decimal-text';
import { useFrames, useVisible } from '../../live/use-live';
import { colorsOf, useThemeCount } from '../../style/colors';
import { useWords } from '../../words/use-words';
import type { SymbolRules } from './symbol-rules';
import style from './trade.module.css';

type Order = AnswerOf<'/api/v1/orders', 'get'>['items'][number];
type Fill = AnswerOf<'/api/v1/trades', 'get'>['items'][number];

interface Candle {
  readonly openTimeMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
}

export const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];
const MINUTES: Readonly<Record<Interval, number>> = {
  '1m': 1,
  '5m': 5,
  '15m': 15,
  '1h': 60,
  '4h': 240,
  '1d': 1_440,
};
const SHOWN = 500;
/** Of those, at first; the rest is a drag away. */
const IN_VIEW = 120;

interface Drawn {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<'Candlestick'>;
  readonly markers: ReturnType<typeof createSeriesMarkers<import('lightweight-charts').Time>>;
  /** A frame may come after the chart has gone and before the next one is known. */
  readonly isRemoved: () => boolean;
}

interface Shown {
  readonly rules: SymbolRules;
  readonly interval: Interval;
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
}

/** Candles as they form, with own fills as marks and own resting orders as lines. */
export function PriceChart({ rules, interval, orders, fills }: Shown) {
  const { t, language } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();
  const theme = useThemeCount();
  const isVisible = useVisible(place);
  const past = useQuery({
    queryKey: ['candles', rules.market, rules.symbol, interval],
    queryFn: () =>
      call('get', '/api/v1/candles/{symbol}', {
        names: { symbol: rules.symbol },
        query: { interval, limit: SHOWN, market: rules.market },
      }),
    refetchOnWindowFocus: false,
  });

  useEffect(() => {
    if (!place.current) return;
    const { ink, line, gain, loss } = colorsOf(place.current);
    const chart = createChart(place.current, {
      autoSize: true,
      // Its logo would add a style element, which the content policy forbids; the link is below the chart.
      layout: { attributionLogo: false, background: { color: 'transparent' }, textColor: ink, fontSize: 11 },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      timeScale: { timeVisible: true, borderColor: line },
      rightPriceScale: { borderColor: line },
      localization: {
        priceFormatter: (price: number) => grouped(price.toFixed(rules.digits.price), language),
      },
    });
    const series = chart.addSeries(CandlestickSeries, {
      upColor: gain,
      borderUpColor: gain,
      wickUpColor: gain,
      // Hollow or filled says it as well as the colour.
      downColor: loss,
      borderDownColor: loss,
      wickDownColor: loss,
      priceFormat: { type: 'price', precision: rules.digits.price, minMove: chartValue(rules.tickSize) },
    });
    let isRemoved = false;
    setDrawn({ chart, series, markers: createSeriesMarkers(series, []), isRemoved: () => isRemoved });
    return () => {
      isRemoved = true;
      setDrawn(undefined);
      chart.remove();
    };
  }, [rules, language, theme]);

  useEffect(() => {
    if (!drawn || drawn.isRemoved()) return;
    // Of another length until they are read: none is better than the wrong ones.
    const items = past.data?.items ?? [];
    drawn.series.setData(items.map((item) => candleOf({ ...item, openTimeMs: Date.parse(item.openTime) })));
    const count = items.length;
    if (count > 0) drawn.chart.timeScale().setVisibleLogicalRange({ from: count - IN_VIEW, to: count + 3 });
  }, [drawn, past.data]);

  useFrames(
    `${rules.market === 'spot' ? 'spot-' : ''}candles.${rules.symbol}.${interval}`,
    (frames) => {
      if (!drawn || drawn.isRemoved() || !past.data) return;
      let last = drawn.series.data().at(-1)?.time as UTCTimestamp | undefined;
      for (const { data } of frames)
        for (const candle of (data as { readonly items: readonly Candle[] }).items) {
          const next = candleOf(candle);
          // Only the newest grows; an earlier one comes again when the candles are read anew.
          if (last !== undefined && next.time < last) continue;
          drawn.series.update(next);
          last = next.time;
        }
    },
    isVisible && rules.market === 'futures',
  );

  useEffect(() => {
    if (!drawn || drawn.isRemoved()) return;
    const { gain, loss } = colorsOf(drawn.chart.chartElement());
    const lines = orders
      .filter(({ price }) => price !== undefined)
      .map(({ price = '0', side, quantity }) =>
        drawn.series.createPriceLine({
          price: chartValue(price),
          color: side === 'BUY' ? gain : loss,
          lineStyle: 2,
          title: `${side === 'BUY' ? '▲' : '▼'} ${grouped(quantity, language)}`,
        }),
      );
    return () => {
      if (!drawn.isRemoved()) lines.forEach((line) => drawn.series.removePriceLine(line));
    };
  }, [drawn, orders, language]);

  useEffect(() => {
    if (!drawn || drawn.isRemoved()) return;
    const { gain, loss } = colorsOf(drawn.chart.chartElement());
    const width = MINUTES[interval] * 60;
    const markers = fills.map((fill): SeriesMarker<UTCTimestamp> => {
      const second = Math.floor(Date.parse(fill.createdAt) / 1_000);
      const isBuy = fill.side === 'BUY';
      return {
        time: (second - (second % width)) as UTCTimestamp,
        position: isBuy ? 'belowBar' : 'aboveBar',
        shape: isBuy ? 'arrowUp' : 'arrowDown',
        color: isBuy ? gain : loss,
      };
    });
    drawn.markers.setMarkers(markers.sort((left, right) => left.time - right.time));
  }, [drawn, fills, interval]);

  return (
    <figure className={style.chart}>
      <div
        ref={place}
        className={style.canvas}
        role="img"
        aria-label={t('trade.chartOf', { symbol: rules.symbol, interval })}
      />
      <figcaption className={style.attribution}>
        {t('trade.chartBy')}{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer">
          TradingView
        </a>
      </figcaption>
    </figure>
  );
}

const candleOf = ({ openTimeMs, open, high, low, close }: Candle): CandlestickData<UTCTimestamp> => ({
  time: (openTimeMs / 1_000) as UTCTimestamp,
  open: chartValue(open),
  high: chartValue(high),
  low: chartValue(low),
  close: chartValue(close),
});
