/** The private system of a rehearsal: its exchange can be troubled, and each of its processes killed. */
import { RunningStack, startStack } from './private-stack';
import { System } from './system';

/** Of the person's settings: what the rules of risk and of bots are. Hosts, keys and servers are the rehearsal's own. */
const TAKEN_OVER = /^(RISK_|HALT_|BOT_)/;
const READY_WITHIN_MS = 120_000;

export interface LoggedOrder {
  readonly order: {
    readonly clientOrderId: string;
    readonly symbol: string;
    readonly side: 'BUY' | 'SELL';
    readonly status: string;
    readonly executedQty: string;
  };
  readonly fills: readonly { readonly quantity: string }[];
}

export class RehearsalSystem extends System {
  private constructor(private readonly running: RunningStack) {
    super(() => running.stack);
  }

  static async start(
    given: Readonly<Record<string, string>>,
    { speed, home }: { readonly speed: number; readonly home: string },
  ): Promise<RehearsalSystem> {
    const rules = Object.entries(given).filter(([name]) => TAKEN_OVER.test(name));
    const unlimited = {
      RATE_LIMIT_ORDERS: 'off',
      RATE_LIMIT_DEFAULT: 'off',
      RATE_LIMIT_HALT: 'off',
      RATE_LIMIT_BOT_CONTROL: 'off',
    };
    const running = await startStack({
      home,
      env: { ...Object.fromEntries(rules), ...unlimited, TRADING_MODE: 'paper', PAPER_SPEED: `${speed}` },
    });
    return new RehearsalSystem(running);
  }

  async admin<Reply>(method: string, path: string, body?: object): Promise<Reply> {
    const response = await fetch(`${this.stack.exchange.adminUrl}/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} at the paper exchange: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Reply;
  }

  /** What the exchange itself has of our account. */
  async ordersAtExchange(): Promise<readonly LoggedOrder[]> {
    const { orders } = await this.admin<{ orders: LoggedOrder[] }>('GET', 'log/orders?account=elvis');
    return orders;
  }

  /** Every replica of the service; the launcher starts it again. */
  kill(service: string): void {
    for (const { name, pid } of this.stack.services) if (name === service) process.kill(pid, 'SIGKILL');
  }

  /** Every service runs and is ready. */
  async healed(): Promise<void> {
    const isReady = async (port: number): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      return answer?.status === 200;
    };
    const checked = (): readonly number[] =>
      this.stack.services.filter(({ name }) => name !== 'paper-exchange').map(({ port }) => port);
    await this.until(
      'every service is ready again',
      async () => (await Promise.all(checked().map(isReady))).every(Boolean),
      READY_WITHIN_MS,
    );
  }

  close(): Promise<void> {
    return this.running.stop();
  }
}
