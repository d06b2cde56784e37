/**
 * Market data that stops, dies, is cut off or misses messages while orders come: no order is judged on a price that is old,
 * each is refused as a fault of ours that passes, under an id that stays free, and the system goes on by itself.
 */
import { RunningStack, startStack, until } from '@elvis/testing';
import { setTimeout as pause } from 'node:timers/promises';

const RECOVERY_MS = 60_000;
const LOADERS = 2;
const LOAD_EVERY_MS = 100;
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
      env: {
        ...{ RISK_MAX_POSITION_NOTIONAL: 'off', RISK_DUPLICATE_WINDOW_MS: 'off' },
        ...{ RISK_MAX_ORDERS_PER_SECOND: 'off', RATE_LIMIT_ORDERS: 'off' },
      },
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
    // The gateway ends a request whose headers it has not had in its limit, where the machine stands still so long.
    if (response.status === 408) return place(id);
    const { code } = (await response.json()) as { readonly code?: string };
    return { id, status: response.status, code };
  }

  /** Places until an order is answered so, with one of the codes where any is named, and keeps what the others were told. */
  const answered = (status: number, ...codes: readonly string[]): Promise<Answer> =>
    until(
      async () => {
        const answer = await place();
        told.push(answer);
        const isIt = codes.length === 0 || codes.includes(answer.code ?? '');
        return answer.status === status && isIt && answer;
      },
      `an order is answered ${status} ${codes.join(' or ')}`,
      RECOVERY_MS,
    );

  /** Others place as well while the work is done. */
  async function underLoad(work: () => Promise<void>): Promise<void> {
    let isOver = false;
    const loaders = Array.from({ length: LOADERS }, async () => {
      for (; !isOver; await pause(LOAD_EVERY_MS)) told.push(await place());
    });
    try {
      await work();
    } finally {
      isOver = true;
      await Promise.all(loaders);
    }
  }

  /** What the exchange is told to do wrong. */
  async function atExchange(method: string, path: string, body: object = {}): Promise<void> {
    const url = `${running.stack.exchange.adminUrl}${path}`;
    const answer = await fetch(url, { method, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
  }

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
    await underLoad(async () => {
      for (let kill = 0; kill < 3; kill += 1) {
        const pid = pidOfMarketData();
        process.kill(pid, 'SIGKILL');
        await until(() => pidOfMarketData() !== pid, 'it is started again', RECOVERY_MS);
        await answered(201);
      }
    });
    expectOnlyMissingPrices();
  });

  it('because its connections are cut, three times over, orders pass again each time', async () => {
    await underLoad(async () => {
      for (let cut = 0; cut < 3; cut += 1) {
        await atExchange('POST', '/streams/disconnect', { which: 'market' });
        await answered(201);
      }
    });
    expectOnlyMissingPrices();
  });

  it('because messages are missing and no snapshot can be had, none passes until one can', async () => {
    await underLoad(async () => {
      await atExchange('POST', '/trouble', { kind: 'service-unavailable', path: '/fapi/v1/depth' });
      await atExchange('POST', '/trouble', { kind: 'depth-gap', symbol: 'BTCUSDT', count: 3 });
      await answered(503, 'BOOK_STALE', 'BOOK_MISSING');
      await atExchange('DELETE', '/trouble');
      await answered(201);
    });
    expectOnlyMissingPrices();
  });
});
