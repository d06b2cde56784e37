/**
 * Processes of the bots service killed between any two writes of a step: whatever is lost, the exchange has each order that
 * the strategy wished once, and the journal ends committed.
 */
import {
  BOTS_CANDLES_CONSUMER,
  BOTS_FACTS_CONSUMER,
  BOTS_JOURNAL_CONSUMER,
  BOT_STREAM,
  BOT_WORKERS_CONSUMER,
  CANDLE_STREAM,
  EVENT_STREAM,
  WORK_STREAM,
  botSubject,
  botWorkSubject,
  submitBotOrder,
} from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { nanos } from 'nats';
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

describe('a process of the bots service', () => {
  const bots = opened(() => BotsUnderTest.start());
  const config = aBotConfig();
  let tap: Tap;
  let processes: BotsProcess[];
  let close = 100;

  beforeAll(async () => {
    await shortenWaits(bots);
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
        processes.forEach((each) => each.killIfItHolds(port));
      },
    });
    close = close === 100 ? 110 : 100;
    const openTimeMs = await bots.world.seal(close);
    await until(() => hasSprung, 'the words were said');
    await until(async () => {
      const { lastCandleMs, due, pending, orders } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0 && pending === null && !orders.some(isOwn);
    }, 'the step is committed and its order over');

    const orders = bots.world.ordersOf(config);
    const standing = await bots.standing(config);
    expect(orders).toHaveLength(before + 1);
    expect(standing.state).toBe('RUNNING');
    expect(standing.position.quantity).toBe(bots.world.position.toFixed());
    expect(standing.figures.days.reduce((sum, { trades }) => sum + trades, 0)).toBe(
      Math.floor(orders.length / 2),
    );
  });
});

/** What a dead process held comes again after a second. */
async function shortenWaits({ nats }: BotsUnderTest): Promise<void> {
  const connection = await connectNats(nats.urls.provision, 'provision');
  const manager = await connection.jetstreamManager();
  const wait = { ack_wait: nanos(1_000) };
  await manager.consumers.update(WORK_STREAM, BOT_WORKERS_CONSUMER, {
    ...wait,
    backoff: [1, 1, 1, 1].map((s) => nanos(s * 1_000)),
  });
  for (const [stream, consumer] of [
    [CANDLE_STREAM, BOTS_CANDLES_CONSUMER],
    [EVENT_STREAM, BOTS_FACTS_CONSUMER],
    [BOT_STREAM, BOTS_JOURNAL_CONSUMER],
  ] as const)
    await manager.consumers.update(stream, consumer, wait);
  await connection.close();
}
