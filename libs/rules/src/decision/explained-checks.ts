/**
 * Each check of a decision with the figure that it looked at and the limit that it held it against, for people. The
 * verdict of each is the check's own; what comes after the first refusal was not asked.
 */
import { Decimal, Refusal, Verdict } from '@elvis/trading';
import { checkAccount } from '../checks/account/account';
import { checkBracket, largestNotional } from '../checks/account/bracket';
import { checkBuilds } from '../checks/account/builds';
import { checkLease } from '../checks/account/lease';
import { checkOrderLeverage } from '../checks/account/leverage';
import { checkLoss } from '../checks/account/loss';
import { checkTradingState } from '../checks/account/trading-state';
import { checkInstrument } from '../checks/order/instrument';
import { checkOrderType } from '../checks/order/order-type';
import { checkPriceGrid } from '../checks/order/price-grid';
import { checkQuantityGrid } from '../checks/order/quantity-grid';
import { checkTrigger } from '../checks/order/trigger';
import { PRE_TRADE_CHECKS } from '../checks/pre-trade-checks';
import { checkExchangeBand } from '../checks/price/exchange-band';
import { checkMarkAge } from '../checks/price/mark-age';
import { checkMaxOrderNotional } from '../checks/price/max-order-notional';
import { checkMinNotional } from '../checks/price/min-notional';
import { checkOrderBookDepth } from '../checks/price/order-book-depth';
import { checkPriceCollar } from '../checks/price/price-collar';
import { checkVenueDivergence } from '../checks/price/venue-divergence';
import { checkExposure, exposureLimits } from '../exposure/exposure';
import { Check, MAX_ACCOUNT_AGE_MS } from '../order/check';
import { worstNotional, worstPrice } from '../order/worst-price';
import { JudgedCase } from './recorded-case';

export interface ExplainedCheck {
  readonly name: string;
  readonly outcome: 'passed' | 'denied' | 'not-asked';
  /** Null where there is none, or it is not known; a limit that is off is `off`. */
  readonly figure: string | null;
  readonly limit: string | null;
  readonly code: string | null;
}

type Text = Decimal | number | string | undefined;
type Looked = readonly [name: string, figure: Text, limit?: Text];

const LOOKS: ReadonlyMap<Check, (judged: JudgedCase) => Looked> = new Map<
  Check,
  (judged: JudgedCase) => Looked
>([
  [checkTradingState, ({ facts }) => ['trading state', facts.state.state, 'ACTIVE']],
  [checkOrderType, ({ order }) => ['order type', order.content.type, order.content.market]],
  [checkInstrument, ({ order, facts }) => ['instrument', order.content.symbol, facts.instrument && 'listed']],
  [checkPriceGrid, ({ order, facts }) => ['price step', order.price, facts.instrument?.tickSize]],
  [checkQuantityGrid, ({ order, facts }) => ['quantity step', order.quantity, facts.instrument?.stepSize]],
  [checkLease, ({ facts }) => ['symbol free', facts.leasedTo ?? 'free', 'free']],
  [
    checkMarkAge,
    ({ facts, limits }) => ['age of the price, ms', facts.mark?.ageMs, limits.maxPriceAgeMs ?? 'off'],
  ],
  [checkTrigger, ({ order, facts }) => ['trigger', order.trigger, facts.mark?.price]],
  [
    checkOrderBookDepth,
    ({ order, facts }) => ['order book depth', facts.book && shownOf(facts.book.levels), order.quantity],
  ],
  [
    checkPriceCollar,
    ({ order, facts, limits }) => {
      const [price, mark] = [worstPrice(order, facts), order.trigger ?? facts.mark?.price];
      return [
        'distance from the price',
        price && mark && price.div(mark).minus(1).abs(),
        limits.priceCollar ?? 'off',
      ];
    },
  ],
  [
    checkExchangeBand,
    ({ order, facts: { instrument, mark } }) => {
      const by =
        order.content.side === 'BUY' ? instrument?.priceMultiplierUp : instrument?.priceMultiplierDown;
      return ['band of the exchange', order.price, by && (order.trigger ?? mark?.price)?.times(by)];
    },
  ],
  [
    checkMinNotional,
    ({ order, facts: { mark, instrument } }) => {
      const price = order.price ?? order.trigger ?? mark?.price;
      return ['smallest value', price && order.quantity.times(price), instrument?.minNotional];
    },
  ],
  [
    checkMaxOrderNotional,
    ({ order, facts, limits }) => [
      'largest value',
      worstNotional(order, facts),
      limits.maxOrderNotional ?? 'off',
    ],
  ],
  [
    checkVenueDivergence,
    ({ facts, limits }) => [
      'distance from the other venue',
      facts.reference?.compared?.divergence,
      limits.maxVenueDivergence ?? 'off',
    ],
  ],
  [checkOrderLeverage, ({ facts }) => ['leverage', facts.leverage, facts.leverageCap]],
  [
    checkBracket,
    ({ order, facts }) => [
      'bracket of the exchange',
      worstNotional(order, facts),
      facts.brackets && largestNotional(facts.leverage, facts.brackets),
    ],
  ],
  [
    checkAccount,
    ({ facts }) => ['age of the account, ms', facts.account?.ageMs ?? facts.funds?.ageMs, MAX_ACCOUNT_AGE_MS],
  ],
  [checkLoss, ({ facts, limits }) => ['loss of the day', facts.loss?.today, limits.maxDailyLoss ?? 'off']],
  [checkBuilds, ({ facts }) => ['builds agree', facts.buildsDisagree ?? 'agree', 'agree']],
]);

const shownOf = (levels: readonly { readonly quantity: Decimal }[]): Decimal =>
  levels.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));

const NAME_OF_CODE: Readonly<Record<string, string>> = {
  RATE_ABOVE_MAXIMUM: 'orders within a second',
  ORDER_REPEATED: 'repeated',
  STATE_REDUCING: 'reduces',
  REDUCE_ONLY_NOT_REDUCING: 'reduces',
  OPEN_ORDERS_ABOVE_MAXIMUM: 'open orders',
  FUNDS_INSUFFICIENT: 'funds',
  POSITION_ABOVE_MAXIMUM: 'position',
  GROSS_ABOVE_MAXIMUM: 'all positions',
  MARGIN_INSUFFICIENT: 'margin',
};

/** What the sums of the account are held against, in the order in which they are looked at. */
function exposureLooks({ order, facts, limits, figures }: JudgedCase): readonly Looked[] {
  if (!figures) return [];
  const { equity } = exposureLimits(limits, facts);
  const { wallet, committed, needed } = figures;
  const free =
    wallet !== undefined && committed !== undefined ? new Decimal(wallet).minus(committed) : undefined;
  return [
    ['orders within a second', figures.lastSecond, limits.maxOrdersPerSecond ?? 'off'],
    ['repeated', figures.repeatOf ?? 'new', 'new'],
    ...(order.isReduceOnly ? ([['reduces', order.quantity, figures.position]] as const) : []),
    ['open orders', figures.openOrders, limits.maxOpenOrders ?? 'off'],
    ...(needed === undefined ? [] : ([['funds', needed, free]] as const)),
    ['position', figures.worstAfter, limits.maxPositionNotional ?? 'off'],
    [
      'all positions',
      new Decimal(figures.worstAfter).plus(figures.worstOfOthers),
      limits.maxGrossNotional ?? 'off',
    ],
    ...(order.content.market === 'futures' ? ([['margin', figures.margin, equity]] as const) : []),
  ];
}

/** All of them, in the order in which they are asked. */
export function explainChecks(judged: JudgedCase): readonly ExplainedCheck[] {
  const { order, facts, limits, figures } = judged;
  const lines: ExplainedCheck[] = [];
  let isOver = false;
  for (const check of PRE_TRADE_CHECKS) {
    const look = LOOKS.get(check);
    if (!look) continue;
    const verdict: Verdict | undefined = isOver ? undefined : check(order, facts, limits);
    lines.push(lineOf(look(judged), verdict));
    isOver ||= verdict?.approved === false;
  }
  const exposure =
    !isOver && figures && checkExposure(order, facts.state.state, figures, exposureLimits(limits, facts));
  const refusal = exposure && !exposure.approved ? exposure.denial : undefined;
  const refused = refusal && (NAME_OF_CODE[refusal.code] ?? 'position');
  for (const look of exposureLooks(judged)) {
    const [name] = look;
    const verdict: Verdict | undefined = isOver
      ? undefined
      : name === refused
        ? denialOf(refusal)
        : { approved: true as const };
    lines.push(lineOf(look, verdict));
    isOver ||= name === refused;
  }
  return lines;
}

const denialOf = (denial: Refusal | undefined): Verdict | undefined => denial && { approved: false, denial };

const lineOf = ([name, figure, limit]: Looked, verdict: Verdict | undefined): ExplainedCheck => ({
  name,
  outcome: verdict === undefined ? 'not-asked' : verdict.approved ? 'passed' : 'denied',
  figure: textOf(figure),
  limit: textOf(limit),
  code: verdict && !verdict.approved ? verdict.denial.code : null,
});

const textOf = (value: Text): string | null =>
  value === undefined ? null : value instanceof Decimal ? value.toFixed() : `${value}`;
