/**
 * One seeded run of the Binance front: a client of one of three characters wants one order, something comes between, and
 * then whether what it believes is what the exchange has: never two orders, never one that it takes for lost and that lives.
 */
import { until } from '@elvis/testing';
import { FrontKey, makeKey, secondOrigin } from '../../front/front-system';
import { seeded } from '../../load/seeded';
import { PartsSystem } from '../parts/parts-system';
import { RunReport } from '../run';
import { CHARACTERS } from './characters';
import { FrontCaller } from '../../front/front-caller';
import { FRONT_FAULTS, frontFaultOf } from './front-faults';

const REPLICAS = { execution: 2, risk: 2, 'binance-gateway': 2 };
const SETTLED_WITHIN_MS = 100_000;
const LONGEST_DELAY_MS = 400;

interface ExchangeOrder {
  readonly symbol: string;
  readonly status: string;
  readonly origQty: string;
  readonly executedQty: string;
}

export class FrontCourse {
  private constructor(
    readonly system: PartsSystem,
    private readonly keys: readonly FrontKey[],
    /** What an earlier run left: told once. */
    private readonly told = new Set<string>(),
  ) {}

  static async start(): Promise<FrontCourse> {
    const symbols = CHARACTERS.map(({ symbol }) => symbol).join();
    const system = await PartsSystem.start({ replicas: REPLICAS, env: { SYMBOLS: symbols } });
    const { stand } = system;
    const keys: FrontKey[] = [];
    for (const { name } of CHARACTERS) keys.push(await makeKey(stand, name.replace(/ /g, '-')));
    return new FrontCourse(system, keys);
  }

  async run(seed: number): Promise<RunReport> {
    const startedAt = performance.now();
    const random = seeded(seed);
    const fault = frontFaultOf(seed);
    const place = Math.floor(seed / FRONT_FAULTS.length + seed) % CHARACTERS.length;
    const { name, symbol, act } = CHARACTERS[place]!;
    const { system } = this;
    await system.healed();
    const front = new FrontCaller(this.keys[place]!, () => this.anyOrigin(random));
    const price = Math.round((await this.mark(symbol)) * 0.97 * 100) / 100;
    // Within what one order may be worth.
    const quantity = `${(11 + (seed % 80)) / (symbol === 'BTCUSDT' ? 1_000 : 100)}`;
    const before = (await this.atExchange(symbol)).length;

    await fault.strike(system, Math.floor(random() * LONGEST_DELAY_MS));
    const wish = { symbol, price: Math.floor(price), quantity, clientId: `seed-${seed}-${Date.now()}` };
    const { isThere, said } = await act(front, wish);
    await system.admin('DELETE', '/trouble');
    await system.admin('POST', '/settings', { visibilityDelayMs: 0 });
    await system.healed();

    const verdict = await this.settled();
    const placed = (await this.atExchange(symbol)).slice(before);
    const living = placed.filter(({ status, executedQty }) => isLiving(status) || Number(executedQty) > 0);
    const problems = [
      ...(living.length > 1 ? [`${living.length} orders where one was wanted`] : []),
      ...(living.length === 1 && !isThere ? ['an order lives that its client takes for lost'] : []),
      ...(living.length === 0 && isThere ? ['a client believes in an order that is not there'] : []),
      ...said.filter((word) => /^400 (?!-2013|-4116)/.test(word)).map((word) => `it was refused: ${word}`),
      ...verdict.problems,
    ];
    await this.cleared(front, symbol);
    for (const text of [...verdict.unresolved, ...verdict.problems]) this.told.add(text);
    return {
      seed,
      fault: `${name}: ${fault.name}`,
      tookMs: Math.round(performance.now() - startedAt),
      outcomes: said,
      unresolved: verdict.unresolved,
      problems,
    };
  }

  logs(): string {
    return this.system.logs();
  }

  close(): Promise<void> {
    return this.system.close();
  }

  private anyOrigin(random: () => number): string {
    const { stand } = this.system;
    return random() < 0.5 ? secondOrigin(stand) : stand.stack.front.restUrl;
  }

  private async mark(symbol: string): Promise<number> {
    const url = `${this.system.stand.stack.exchange.restUrl}/fapi/v1/premiumIndex?symbol=${symbol}`;
    return Number(((await (await fetch(url)).json()) as { readonly markPrice: string }).markPrice);
  }

  private async atExchange(symbol: string): Promise<readonly ExchangeOrder[]> {
    const log = '/log/orders?account=elvis';
    const { orders } = await this.system.admin<{ orders: { order: ExchangeOrder }[] }>('GET', log);
    return orders.map(({ order }) => order).filter((order) => order.symbol === symbol);
  }

  /** Journal, events, reservations and the exchange's own list tell the same. */
  private async settled(): Promise<{ unresolved: readonly string[]; problems: readonly string[] }> {
    const isNew = (text: string): boolean => !this.told.has(text);
    for (
      const end = performance.now() + SETTLED_WITHIN_MS;
      ;
      await new Promise((go) => setTimeout(go, 250))
    ) {
      const verdict = await this.system.records.compare('e-').catch((error: Error) => ({
        unresolved: [`not comparable: ${error.message}`],
        problems: [],
      }));
      const [unresolved, problems] = [verdict.unresolved.filter(isNew), verdict.problems.filter(isNew)];
      if (unresolved.length + problems.length === 0 || performance.now() > end)
        return { unresolved, problems };
    }
  }

  private async cleared(front: FrontCaller, symbol: string): Promise<void> {
    await until(
      async () => {
        await front.call('DELETE', '/fapi/v1/allOpenOrders', { symbol });
        const { status, body } = await front.call('GET', '/fapi/v1/openOrders', { symbol });
        return status === 200 && body.length === 0;
      },
      'the orders of the run are canceled',
      SETTLED_WITHIN_MS,
    );
  }
}

const isLiving = (status: string): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';
