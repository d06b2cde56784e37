/**
 * Places filled market orders one at a time on a tapped stack and says which messages each of them cost. Of several
 * orders the middle count of each message is taken: what a clock happened to cause meanwhile is not the order's.
 */
import { orderFilled } from '@elvis/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@elvis/testing';
import { ServiceMessage, countByName, isAbout, serviceMessage } from './service-messages';
import { TappedStack } from './tapped-stack';
import { Passed } from './wire';

/** Longer than anything is believed without asking again, so that every order asks. */
const APART_MS = 400;
const SETTLED_MS = 500;
/** What is said again and again without any order is said within this. */
const IDLE_MS = 6_000;
/** Less than each waits for Redis before it goes on without; long enough for an order on a busy machine. */
const HOLD_MS = 700;
const GATEWAY_HOLD_MS = 200;
/** Of five tries. */
const MAJORITY = 3;
/** On a machine that is so busy that an order takes longer than the hold without any, nothing can be told. */
const BUSY_TRIES = 40;

interface Order {
  readonly messages: readonly ServiceMessage[];
  readonly id: string;
  readonly answeredAtMs: number;
}

/** The middle count of each message, as `service name`. */
export type Counts = ReadonlyMap<string, number>;

export interface OrderCost {
  readonly publishes: Counts;
  /** Events that the relay publishes from the journal, and in how many batches: one ends with its acknowledgement. */
  readonly relayed: Counts;
  readonly relayBatches: number;
  /** Those that name the order, and those before its answer that nobody makes without an order. */
  readonly requests: Counts;
  /** Those that nobody says without an order; for which of them the answer waits, `awaitedOf` finds out. */
  readonly redisBeforeAnswer: Counts;
}

export class OrderCounter {
  private placed = 0;

  constructor(private readonly tapped: TappedStack) {}

  async count(orders: number): Promise<OrderCost> {
    const idle = await this.namesWithoutOrders();
    const all: Order[] = [];
    for (let order = 0; order < orders; order += 1) all.push(await this.one());
    const middle = (pick: (order: Order) => readonly ServiceMessage[]): Counts => middleOf(all.map(pick));
    const isBefore =
      ({ answeredAtMs }: Order) =>
      ({ passed }: ServiceMessage): boolean =>
        passed.atMs < answeredAtMs;
    return {
      publishes: middle(({ messages }) =>
        messages.filter((message) => message.kind === 'publish' && !isRelayed(message)),
      ),
      relayed: middle(({ messages }) => messages.filter(isRelayed)),
      relayBatches: middleNumber(all.map(({ messages }) => relayBatchesIn(messages))),
      requests: middle((order) =>
        order.messages.filter(
          (message) =>
            message.kind === 'request' &&
            (isAbout(order.id)(message) || (isBefore(order)(message) && !idle.has(message.name))),
        ),
      ),
      redisBeforeAnswer: middle((order) =>
        order.messages.filter(
          (message) => message.kind === 'redis' && isBefore(order)(message) && !idle.has(message.name),
        ),
      ),
    };
  }

  /**
   * Those for whose reply the answer waits: it does not come while that reply is held back. What is said before one of
   * them on the same connection, and waited for by nobody, holds it up as well and is counted.
   */
  async awaitedOf(candidates: Counts): Promise<Counts> {
    const awaited = new Map<string, number>();
    for (const [name, count] of candidates) if (await this.isAwaited(name)) awaited.set(name, count);
    return awaited;
  }

  private async namesWithoutOrders(): Promise<ReadonlySet<string>> {
    const heard = await this.tapped.listen(() => pause(IDLE_MS));
    return new Set(this.messagesIn(heard).map(({ name }) => name));
  }

  /** What most orders do not say, because another was told the same a moment ago, no order waits for. */
  private async isAwaited(name: string): Promise<boolean> {
    const holdMs = name.startsWith('gateway ') ? GATEWAY_HOLD_MS : HOLD_MS;
    let held = 0;
    let busy = 0;
    for (let missed = 0; held < MAJORITY && missed < MAJORITY;) {
      await pause(APART_MS);
      this.tapped.holdRedis((passed) => this.nameOf(passed) === name);
      const answer = this.place();
      const isFirst = await Promise.race([answer.then(() => true), pause(holdMs, false)]);
      const wasHeld = this.tapped.releaseRedis();
      await answer;
      if (!wasHeld) missed += 1;
      else if (isFirst) return false;
      else if (await this.isQuickerThan(holdMs)) held += 1;
      else if ((busy += 1) > BUSY_TRIES)
        throw new Error(
          `Orders take longer than ${holdMs} ms by themselves: whether ${name} is awaited cannot be told`,
        );
    }
    return held === MAJORITY;
  }

  /** Whether an order that nothing is held back from is answered within the hold: then it was the hold that told. */
  private async isQuickerThan(holdMs: number): Promise<boolean> {
    const begun = performance.now();
    await this.place();
    return performance.now() - begun < holdMs;
  }

  private nameOf(passed: Passed): string {
    const message = serviceMessage(passed, (line) => this.tapped.ownerOf(line));
    return message ? `${message.service} ${message.name}` : '';
  }

  private async one(): Promise<Order> {
    let id = '';
    let sentAtMs = 0;
    let answeredAtMs = 0;
    const heard = await this.tapped.listen(async () => {
      await pause(APART_MS);
      sentAtMs = performance.now();
      id = await this.place();
      answeredAtMs = performance.now();
      const isFill = (message: ServiceMessage): boolean =>
        message.name === orderFilled.type && isAbout(id)(message);
      await until(() => this.messagesIn(this.tapped.sofar).some(isFill), `${id} to be filled`);
      await pause(SETTLED_MS);
    });
    return {
      id,
      answeredAtMs,
      messages: this.messagesIn(heard).filter(({ passed }) => passed.atMs > sentAtMs),
    };
  }

  private messagesIn(heard: readonly Passed[]): ServiceMessage[] {
    return heard.flatMap((passed) => serviceMessage(passed, (line) => this.tapped.ownerOf(line)) ?? []);
  }

  private async place(): Promise<string> {
    const clientOrderId = `count-${(this.placed += 1)}-${Date.now()}`;
    const side = this.placed % 2 === 0 ? 'SELL' : 'BUY';
    const body = { clientOrderId, symbol: 'BTCUSDT', side, type: 'MARKET', quantity: '0.002' };
    const { gatewayUrl, apiKey } = this.tapped.running.stack;
    const answer = await fetch(`${gatewayUrl}/api/v1/orders`, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`${clientOrderId} was answered with: ${await answer.text()}`);
    return clientOrderId;
  }
}

function middleOf(orders: readonly (readonly ServiceMessage[])[]): Counts {
  const counted = orders.map(countByName);
  const names = new Set(counted.flatMap((counts) => [...counts.keys()]));
  const middles = [...names].map((name) => {
    const sorted = counted.map((counts) => counts.get(name) ?? 0).sort((one, other) => one - other);
    return [name, sorted[Math.floor(sorted.length / 2)] ?? 0] as const;
  });
  return new Map(middles.filter(([, count]) => count > 0));
}

const RELAYED = /^elvis\.event\.(order\.|risk\.(approved|denied)$)/;
const isRelayed = ({ service, name }: ServiceMessage): boolean =>
  service === 'execution' && RELAYED.test(name);

function relayBatchesIn(messages: readonly ServiceMessage[]): number {
  const relays = messages.filter(
    (message) => isRelayed(message) || (message.service === 'execution' && message.name === '$JS.ACK.*'),
  );
  return relays.filter((message, place) => {
    const next = relays[place + 1];
    return isRelayed(message) && (!next || !isRelayed(next));
  }).length;
}

const middleNumber = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

export const sumOf = (counts: Counts): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
