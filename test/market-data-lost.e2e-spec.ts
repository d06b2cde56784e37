/**
 * Market data that stops, or dies, while orders come: no order is judged on a price that is old, each is refused as a fault
 * of ours that passes, under an id that stays free, and the system goes on by itself.
 */
import { RunningStack, startStack, until } from '@elvis/testing';

const RECOVERY_MS = 60_000;
jest.setTimeout(300_000);

interface Answer {
  readonly id: string;
  readonly status: number;
  readonly code?: string;
}

describe('while market data is lost', () => {
  let running: RunningStack;
  let placed = 0;
  let told: Answer[] = [];

  beforeAll(async () => {
    running = await startStack({
      env: { RISK_MAX_POSITION_NOTIONAL: 'off', RISK_DUPLICATE_WINDOW_MS: 'off' },
    });
    await answered(201);
  });
  beforeEach(() => {
    told = [];
  });
  afterAll(() => running?.stop());

  /** Buys and sells by turns, so that the position stays small. */
  async function place(id = `lost-${(placed += 1)}`): Promise<Answer> {
    const { gatewayUrl, apiKey } = running.stack;
    const side = placed % 2 === 0 ? 'SELL' : 'BUY';
    const response = await fetch(`${gatewayUrl}/api/v1/orders`, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ clientOrderId: id, symbol: 'BTCUSDT', side, type: 'MARKET', quantity: '0.002' }),
    });
    const { code } = (await response.json()) as { readonly code?: string };
    return { id, status: response.status, code };
  }

  /** Places until an order is answered so, and keeps what the others were told. */
  const answered = (status: number): Promise<Answer> =>
    until(
      async () => {
        const answer = await place();
        told.push(answer);
        return answer.status === status && answer;
      },
      `an order is answered ${status}`,
      RECOVERY_MS,
    );

  const pidOfMarketData = (): number =>
    running.stack.services.find(({ name }) => name === 'market-data')!.pid;

  /** Whatever was not taken was refused for want of a price, and for nothing else. */
  const expectOnlyMissingPrices = (): void => {
    for (const { status, code } of told.filter((answer) => answer.status !== 201))
      expect([status, code]).toEqual([503, expect.stringMatching(/^(MARK|BOOK)_(STALE|MISSING)$/)]);
  };

  it('because it stands still, orders are answered 503 under an id that stays free, and pass when it goes on', async () => {
    const pid = pidOfMarketData();
    process.kill(pid, 'SIGSTOP');
    const refused = await answered(503).finally(() => process.kill(pid, 'SIGCONT'));
    await answered(201);
    expectOnlyMissingPrices();
    expect((await place(refused.id)).status).toBe(201);
  });

  it('because it is killed, three times over, orders pass again each time', async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      const pid = pidOfMarketData();
      process.kill(pid, 'SIGKILL');
      await until(() => pidOfMarketData() !== pid, 'it is started again', RECOVERY_MS);
      await answered(201);
    }
    expectOnlyMissingPrices();
  });
});
