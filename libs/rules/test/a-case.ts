/** An order that passes, the facts it passes on and the limits in force; a spec changes the one thing it is about. */
import { Decimal, Instrument, OrderContent, Refusal } from '@elvis/trading';
import { checkedOrder } from '../src/order/checked-order';
import { Check, CheckedOrder, Facts, RiskLimits } from '../src/order/check';
import { PRE_TRADE_CHECKS, runChecks } from '../src/checks/pre-trade-checks';

export const d = (text: string): Decimal => new Decimal(text);

export const BTCUSDT: Instrument = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: d('0.10'),
  minPrice: d('556.80'),
  maxPrice: d('4529764'),
  stepSize: d('0.001'),
  minQuantity: d('0.001'),
  maxQuantity: d('1000'),
  marketStepSize: d('0.001'),
  marketMinQuantity: d('0.001'),
  marketMaxQuantity: d('120'),
  minNotional: d('100'),
  priceMultiplierUp: d('1.02'),
  priceMultiplierDown: d('0.98'),
};

export const LIMITS: RiskLimits = {
  maxOrderNotional: d('20000'),
  priceCollar: d('0.05'),
  maxPriceAgeMs: 3000,
  maxDailyLoss: d('500'),
  maxDrawdown: d('1000'),
};

export function order(content: Partial<OrderContent> = {}): CheckedOrder {
  return checkedOrder({
    clientOrderId: 'a',
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.01',
    price: '60000',
    ...content,
  });
}

export const market = (content: Partial<OrderContent> = {}): CheckedOrder =>
  order({ type: 'MARKET', price: undefined, ...content });

export const levels = (...rows: readonly (readonly [string, string])[]) =>
  rows.map(([price, quantity]) => ({ price: d(price), quantity: d(quantity) }));

export const FACTS: Facts = {
  nowMs: Date.parse('2026-11-21T12:30:00Z'),
  state: { state: 'ACTIVE' },
  isSymbolTraded: true,
  instrument: BTCUSDT,
  mark: { price: d('60000'), ageMs: 200 },
  book: { levels: levels(['60000.1', '0.5'], ['60001', '1'], ['66000', '100']), ageMs: 100 },
  leverage: 3,
  isLeverageOverridden: false,
  brackets: [
    { notionalCap: d('50000'), maximum: 125 },
    { notionalCap: d('10000000'), maximum: 10 },
  ],
  account: { ageMs: 500, equity: d('10000'), free: d('9000') },
  loss: { today: d('0'), drawdown: d('0') },
};

/** What this check alone says of a case that passes but for the changes; undefined where it approves. */
export const denialBy =
  (check: Check) =>
  (
    checked: CheckedOrder,
    facts: Partial<Facts> = {},
    limits: Partial<RiskLimits> = {},
  ): Refusal | undefined => {
    const verdict = check(checked, { ...FACTS, ...facts }, { ...LIMITS, ...limits });
    return verdict.approved ? undefined : verdict.denial;
  };

/** The first refusal of all checks, by its code. */
export const codeOf = (...its: Parameters<ReturnType<typeof denialBy>>): Refusal['code'] | 'APPROVED' =>
  denialBy(runChecks)(...its)?.code ?? 'APPROVED';

/** Every refusal of all checks, each code once. */
export function allDenials(order: CheckedOrder, facts: Facts, limits: RiskLimits): readonly Refusal[] {
  const byCode = new Map<string, Refusal>();
  for (const check of PRE_TRADE_CHECKS) {
    const verdict = check(order, facts, limits);
    if (!verdict.approved && !byCode.has(verdict.denial.code))
      byCode.set(verdict.denial.code, verdict.denial);
  }
  return [...byCode.values()];
}
