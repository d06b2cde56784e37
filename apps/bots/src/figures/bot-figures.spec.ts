import { aFill } from '@elvis/testing';
import { Decimal, Fill } from '@elvis/trading';
import { BotFigures } from '@elvis/contracts';
import { NO_FIGURES, dayFigures, drawdownOf, withFill, withFunding } from './bot-figures';
import { entryPriceOf, readHolding } from './holding';
import { DAY_MS } from './utc-day';

let trade = 0;
const fill = (change: Partial<Fill>): Fill =>
  aFill({
    tradeId: `${(trade += 1)}`,
    price: '100',
    quantity: '1',
    fee: '0',
    quoteAsset: 'USDT',
    baseAsset: 'BTC',
    ...change,
  });
const add = (figures: BotFigures, change: Partial<Fill>): BotFigures =>
  withFill(figures, fill(change), { isStop: change.clientOrderId === 'stop' });
const figuresOf = (...fills: Partial<Fill>[]): BotFigures => fills.reduce(add, NO_FIGURES);

describe('the figures of a bot', () => {
  it("the day's loss is the sum of the day's fills, fees and funding", () => {
    const held = figuresOf({ side: 'BUY', fee: '0.1', tradedAtMs: 10 });
    const funded = withFunding(held, { id: 'f', amount: '-0.5', atMs: DAY_MS + 1 });
    const figures = add(funded, {
      side: 'SELL',
      price: '110',
      realizedPnl: '10',
      fee: '0.2',
      tradedAtMs: DAY_MS + 5,
    });
    expect(dayFigures(figures, DAY_MS - 1).net).toBe('-0.1');
    expect(dayFigures(figures, DAY_MS)).toMatchObject({ net: '9.3', trades: 1, funding: '-0.5' });
    expect(dayFigures(figures, 2 * DAY_MS).net).toBe('0');
    expect(figures).toMatchObject({ net: '9.2', losses: 0, roundNet: '0', lastClosedAtMs: DAY_MS + 5 });
  });

  it('counts a fill and a payment once, and news of yesterday on its own day', () => {
    const bought = fill({ side: 'BUY', fee: '0.1', tradedAtMs: DAY_MS });
    const once = withFill(NO_FIGURES, bought, { isStop: false });
    expect(withFill(once, bought, { isStop: false })).toBe(once);
    const paid = withFunding(once, { id: 'f', amount: '1', atMs: DAY_MS - 1 });
    expect(withFunding(paid, { id: 'f', amount: '1', atMs: DAY_MS - 1 })).toBe(paid);
    expect(paid.days.map(({ day, net }) => [day, net])).toEqual([
      [0, '1'],
      [1, '-0.1'],
    ]);
  });

  it('on spot has a result by the average cost, and holds what the fee left', () => {
    const figures = figuresOf(
      { market: 'spot', side: 'BUY', quantity: '2', fee: '0.002', feeAsset: 'BTC' },
      { market: 'spot', side: 'BUY', quantity: '2', price: '110', fee: '0', feeAsset: 'USDT' },
    );
    expect(figures.holding.quantity).toBe('3.998');
    expect(dayFigures(figures, 1).fees).toBe('0.2');
    const sold = add(figures, { market: 'spot', side: 'SELL', quantity: '1.999', price: '120' });
    const cost = entryPriceOf(readHolding(sold.holding)).times('1.999');
    const result = new Decimal(dayFigures(sold, 1).results);
    expect(result.minus('239.88').plus(cost).abs().lt('1e-20')).toBe(true);
  });

  it('writes off what a fee has left of a spot holding below a step, with the end of its position', () => {
    const spot = { market: 'spot' as const, baseAsset: 'BTC', quoteAsset: 'USDT', quantity: '1' };
    const bought = fill({
      ...spot,
      tradeId: 'in',
      side: 'BUY',
      price: '100',
      fee: '0.0015',
      feeAsset: 'BTC',
    });
    const sold = fill({ ...spot, tradeId: 'out', side: 'SELL', price: '100', quantity: '0.998', fee: '0' });
    const terms = { isStop: false, leastQuantity: new Decimal('0.001') };
    const figures = withFill(withFill(NO_FIGURES, bought, terms), sold, terms);
    expect(figures.holding).toMatchObject({ quantity: '0', openedAtMs: null });
    // Paid 100, received 99.8.
    expect(figures.net).toBe('-0.2');
  });

  it('says how many fees have no price here', () => {
    const paid = fill({ side: 'BUY', fee: '0.01', feeAsset: 'BNB' });
    expect(withFill(NO_FIGURES, paid, { isStop: false }).unpriced).toBe(1);
    const feePrice = new Decimal(500);
    expect(withFill(NO_FIGURES, paid, { isStop: false, feePrice })).toMatchObject({ unpriced: 0, net: '-5' });
  });

  it('knows a streak of losses, a stop, and how far the run fell from its peak', () => {
    const figures = figuresOf(
      { side: 'BUY' },
      { side: 'SELL', realizedPnl: '5' },
      { side: 'BUY' },
      { side: 'SELL', realizedPnl: '-2', clientOrderId: 'stop', tradedAtMs: 7 },
      { side: 'SELL' },
      { side: 'BUY', realizedPnl: '-1', tradedAtMs: 9 },
    );
    expect(figures).toMatchObject({ losses: 2, lastStopAtMs: 7, lastClosedAtMs: 9 });
    expect(drawdownOf(figures).toFixed()).toBe('3');
  });

  it('a fill through zero ends one position and opens another', () => {
    const figures = figuresOf(
      { side: 'BUY', tradedAtMs: 1 },
      { side: 'SELL', quantity: '3', price: '90', realizedPnl: '-10', tradedAtMs: 2 },
    );
    expect(figures.holding).toMatchObject({ openedAtMs: 2, quantity: '-2', added: '2' });
    expect(entryPriceOf(readHolding(figures.holding)).toFixed()).toBe('90');
    expect(dayFigures(figures, 1).trades).toBe(1);
  });
});
