/**
 * Processes of the bots service killed or frozen between any two writes of a step: whatever is lost or comes late, the
 * exchange has each order that the strategy wished once, and the journal ends committed.
 */
import {
  BOT_WORKERS_CONSUMER,
  WORK_STREAM,
  botSubject,
  botWorkSubject,
  signalBot,
  submitBotOrder,
} from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { Tap } from '../../../test/faults/tap';
import { BotsUnderTest, isOwn } from './bots-under-test';
import { BotsProcess } from './bots-process';
import { aBotConfig } from './world';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const record = (botId: string, type: string): RegExp =>
  new RegExp(`PUB ${escaped(botSubject(botId))} [\\s\\S]{0,400}"type":"${type}"`);
const said = (subject: string): RegExp => new RegExp(`PUB ${escaped(subject)}`);

/** Every write of a step with an order. */
const WRITES: readonly (readonly [name: string, words: (botId: string) => RegExp])[] = [
  ['the due step', (botId) => record(botId, 'STEP_DUE')],
  ['the token', (botId) => said(botWorkSubject(botId))],
  ['the intents', (botId) => record(botId, 'INTENTS')],
  ['the order', () => said(submitBotOrder.subject)],
  ['the commit', (botId) => record(botId, 'COMMIT')],
  ["the token's acknowledgement", () => said(`$JS.ACK.${WORK_STREAM}.${BOT_WORKERS_CONSUMER}`)],
  ['the fill', (botId) => record(botId, 'FACT')],
];
const CASES = WRITES.flatMap(([name, words]) =>
  (['before', 'after'] as const).map((when) => ({ name, words, when })),
);

/** As the processes have it. */
const DECIDE_WITHIN_MS = 600_000;
/** A frozen worker's step is another's after a second. */
const OPENS_FOR_MS = 6_000;

describe('a process of the bots service', () => {
  const bots = opened(() => BotsUnderTest.start());
  const config = aBotConfig();
  let tap: Tap;
  let processes: BotsProcess[];
  let close = 100;

  beforeAll(async () => {
    tap = new Tap(bots.nats.port);
    const port = await tap.listen();
    processes = [0, 1].map((replica) => new BotsProcess(bots, port, replica));
    await Promise.all(processes.map((each) => each.ready()));
    await bots.begin(config);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(processes.map((each) => each.end()));
    await tap.close();
  });

  it.each(CASES)('killed $when $name leaves each order placed once', async ({ words, when }) => {
    await Promise.all(processes.map((each) => each.ready()));
    const before = bots.world.ordersOf(config).length;
    let hasSprung = false;
    tap.set({
      from: 'caller',
      when,
      pattern: words(config.id),
      spring: (port) => {
        hasSprung = true;
        processes.find((each) => each.holds(port))?.signal('SIGKILL');
      },
    });
    const openTimeMs = await crossed();
    await until(() => hasSprung, 'the words were said');
    await steppedAt(openTimeMs);
    await expectOrders(before + 1);
  });

  it.each(WRITES.slice(2, 6).map(([name, words]) => ({ name, words })))(
    'frozen before $name and let go once another has done its step: two workers finishing one step place one order',
    async ({ words }) => {
      await Promise.all(processes.map((each) => each.ready()));
      const before = bots.world.ordersOf(config).length;
      const frozen: BotsProcess[] = [];
      let letGo: () => void = () => undefined;
      const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
      let isHeard = false;
      tap.set({
        from: 'caller',
        when: 'meanwhile',
        pattern: words(config.id),
        spring: async (port) => {
          const holder = processes.find((each) => each.holds(port))!;
          holder.signal('SIGSTOP');
          frozen.push(holder);
          await isLetGo;
          isHeard = true;
        },
      });
      const openTimeMs = await crossed();
      await until(() => frozen.length > 0, 'the words were said');
      await steppedAt(openTimeMs);
      frozen[0]!.signal('SIGCONT');
      letGo();
      await until(() => isHeard, 'its words come late');
      await frozen[0]!.ready();
      // What it wished late has had its answers when the next candle has been stepped on.
      await steppedAt(await crossed());
      await expectOrders(before + 2);
    },
  );

  it('frozen before its order until the step was given up opens nothing when it is let go', async () => {
    const alert = aBotConfig({ shortCode: 'alerts', strategy: 'signal', parameters: {}, symbol: 'LATEUSDT' });
    await Promise.all(processes.map((each) => each.ready()));
    await bots.begin(alert);
    const frozen: BotsProcess[] = [];
    let letGo: () => void = () => undefined;
    const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
    let isHeard = false;
    tap.set({
      from: 'caller',
      when: 'meanwhile',
      pattern: said(submitBotOrder.subject),
      spring: async (port) => {
        const holder = processes.find((each) => each.holds(port))!;
        holder.signal('SIGSTOP');
        frozen.push(holder);
        await isLetGo;
        isHeard = true;
      },
    });
    // The second fault: whoever goes on with the step cannot be answered in its time.
    bots.world.refuse = () => ({ failure: 'STATE_UNKNOWN' });
    // Made so long ago that its step may open something for seconds only.
    const receivedAtMs = Date.now();
    const madeAtMs = receivedAtMs - DECIDE_WITHIN_MS + OPENS_FOR_MS;
    const signal = { signalId: 'one', action: 'LONG' as const, receivedAtMs, madeAtMs };
    const { step } = await bots.bus.request(signalBot, { botId: alert.id, signal });
    await until(() => frozen.length > 0, 'its order is on its way');
    await until(async () => (await bots.standing(alert)).lastStep?.step === step, 'the step is given up');
    bots.world.refuse = undefined;
    frozen[0]!.signal('SIGCONT');
    letGo();
    await until(() => isHeard, 'its order comes late');
    await frozen[0]!.ready();
    const exit = { signalId: 'two', action: 'EXIT' as const, receivedAtMs: Date.now() };
    const { step: next } = await bots.bus.request(signalBot, { botId: alert.id, signal: exit });
    await until(async () => (await bots.standing(alert)).lastStep?.step === next, 'the next step is taken');
    expect(bots.world.asked.filter(({ botConfigId }) => botConfigId === alert.id).length).toBeGreaterThan(1);
    expect(bots.world.ordersOf(alert)).toEqual([]);
    const { position, orders, state, denials } = await bots.standing(alert);
    expect({ held: position.quantity, orders, state, denials }).toEqual({
      ...{ held: '0', orders: [], state: 'RUNNING', denials: 0 },
    });
  });

  /** A candle on which the strategy enters or leaves, in turns; answers its open time. */
  const crossed = (): Promise<number> => {
    close = close === 100 ? 110 : 100;
    return bots.world.seal(close);
  };

  const steppedAt = (openTimeMs: number): Promise<void> =>
    until(async () => {
      const { lastCandleMs, due, pending, orders } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0 && pending === null && !orders.some(isOwn);
    }, 'the step is committed and its order over');

  const expectOrders = async (count: number): Promise<void> => {
    const orders = bots.world.ordersOf(config);
    const standing = await bots.standing(config);
    expect(orders).toHaveLength(count);
    expect(standing.state).toBe('RUNNING');
    expect(standing.position.quantity).toBe(bots.world.position.toFixed());
    expect(standing.figures.days.reduce((sum, { trades }) => sum + trades, 0)).toBe(
      Math.floor(orders.length / 2),
    );
  };
});
