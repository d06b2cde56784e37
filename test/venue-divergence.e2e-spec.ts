/** The exchange's price strays from the reference venue's, on a whole system (line M9): nothing is opened, and what is open can be closed. */
import { RunningStack, startStack, until } from '@elvis/testing';

jest.setTimeout(300_000);

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly context?: Readonly<Record<string, string>> };
}

describe('while the exchange and the reference venue disagree', () => {
  let running: RunningStack;
  let placed = 0;

  beforeAll(async () => {
    running = await startStack({
      env: { RISK_MAX_VENUE_DIVERGENCE: '0.005', RISK_DUPLICATE_WINDOW_MS: 'off', REFERENCE_WARM_UP_MS: '0' },
    });
  });
  afterAll(() => running?.stop());

  const place = async (order: object): Promise<Answer> => {
    const { gatewayUrl, apiKey } = running.stack;
    const clientOrderId = `diverging-${(placed += 1)}`;
    const response = await fetch(`${gatewayUrl}/api/v1/orders`, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ clientOrderId, symbol: 'BTCUSDT', type: 'MARKET', quantity: '0.002', ...order }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const answered = (order: object, is: (answer: Answer) => boolean, what: string): Promise<Answer> =>
    until(async () => {
      const answer = await place(order);
      return is(answer) && answer;
    }, what);
  /** The reference's price is the exchange's times this. */
  const setFactor = async (factor: number): Promise<void> => {
    const { adminUrl } = running.stack.exchange;
    const response = await fetch(`${adminUrl}/coinbase/factor`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ product: 'BTC-USD', factor }),
    });
    expect(response.status).toBe(200);
  };
  const isPlaced = ({ status }: Answer): boolean => status === 201;

  it('denies an entry with both prices and their ages, lets an exit pass, and goes on by itself', async () => {
    await answered({ side: 'BUY' }, isPlaced, 'an entry while they agree');
    await setFactor(0.97);
    const denied = await answered({ side: 'BUY' }, ({ status }) => status === 422, 'an entry denied');
    expect(denied.body).toMatchObject({
      code: 'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
      context: { symbol: 'BTCUSDT', maximum: '0.005', venue: 'coinbase' },
    });
    const { price, ageMs, referencePrice, referenceAgeMs } = denied.body.context ?? {};
    expect(Number(referencePrice) / Number(price)).toBeCloseTo(0.97, 2);
    for (const each of [ageMs, referenceAgeMs]) expect(Number(each)).toBeGreaterThanOrEqual(0);
    expect((await place({ side: 'SELL', reduceOnly: true })).status).toBe(201);
    await setFactor(0.9995);
    await answered({ side: 'BUY' }, isPlaced, 'an entry once they agree again');
  });
});
