/** The figures that a page shows of one moment, and what they have to be by REST. */
import { grouped, signed } from '../../apps/dashboard/page/src/figures/decimal-text';
import type { Person } from './person';

export interface ToldMoment {
  readonly equity: { readonly asset: string; readonly equity: string; readonly unrealizedPnl: string };
  readonly day: { readonly asset: string; readonly pnl: string; readonly drawdown: string };
  readonly openOrders: { readonly count: number; readonly isMore: boolean };
  readonly positions: readonly Readonly<
    Record<'symbol' | 'quantity' | 'entryPrice' | 'markPrice' | 'unrealizedPnl', string>
  >[];
}

type Figures = Readonly<Record<string, string>>;

interface Shown {
  readonly at: string;
  /** Which element holds them. */
  readonly kind: 'DL' | 'TABLE';
  readonly figures: Figures;
}

/** Read in one go, between two renderings. */
const READ = `[...document.querySelectorAll('main [data-at]')].map((element) => ({
  at: element.dataset.at,
  kind: element.tagName,
  figures: Object.fromEntries(
    [...element.querySelectorAll('[data-figure]')].map((figure) => {
      const row = figure.closest('[data-position]');
      return [(row ? row.dataset.position + ' ' : '') + figure.dataset.figure, figure.textContent];
    }),
  ),
}))`;

export const figuresShown = ({ page }: Person): Promise<readonly Shown[]> => page.evaluate<Shown[]>(READ);

export const figuresOfAccount = ({ equity, day, openOrders }: ToldMoment): Figures => ({
  equity: `${grouped(equity.equity, 'en', 2)} ${equity.asset}`,
  pnl: `${signed(day.pnl, 'en', 2)} ${day.asset}`,
  drawdown: `${grouped(day.drawdown, 'en', 2)} ${day.asset}`,
  unrealizedPnl: `${signed(equity.unrealizedPnl, 'en', 2)} ${equity.asset}`,
  openOrders: `${openOrders.count}${openOrders.isMore ? '+' : ''}`,
});

export const figuresOfPositions = ({ positions }: ToldMoment): Figures =>
  Object.fromEntries(
    positions.flatMap(({ symbol, quantity, entryPrice, markPrice, unrealizedPnl }) => [
      [`${symbol} quantity`, grouped(quantity, 'en')],
      [`${symbol} entryPrice`, grouped(entryPrice, 'en')],
      [`${symbol} markPrice`, grouped(markPrice, 'en')],
      [`${symbol} unrealizedPnl`, signed(unrealizedPnl, 'en', 2)],
    ]),
  );
