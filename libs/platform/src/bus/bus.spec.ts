import { findOrder, markFeed } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { PrivateNats, generateNatsPasswords, startNats } from '@elvis/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Bus } from './bus';
import { natsOptions } from './nats-connection';

const codec = JSONCodec();
const question = { clientOrderId: 'mine' };

describe('the bus', () => {
  const passwords = generateNatsPasswords();
  let nats: PrivateNats;
  let asking: NatsConnection;
  let serving: NatsConnection;
  let bus: Bus;

  beforeAll(async () => {
    nats = await startNats({ passwords });
    asking = await connect(natsOptions(nats.urls.gateway, 'asking'));
    serving = await connect(natsOptions(nats.urls.execution, 'serving'));
    bus = new Bus(asking);
  });

  afterAll(async () => {
    await Promise.all([asking.close(), serving.close()]);
    await nats.stop();
  });

  /** Serves the subject until the returned function is called. */
  const serve = async (answer: (data: unknown) => object | undefined): Promise<() => Promise<void>> => {
    const subscription = serving.subscribe(findOrder.subject, {
      callback: (_error, message) => {
        const { data, id } = codec.decode(message.data) as { data: unknown; id: string };
        const reply = answer(data);
        if (reply) message.respond(codec.encode({ ...reply, id, isDisposed: true }));
      },
    });
    await serving.flush();
    return async () => {
      subscription.unsubscribe();
      await serving.flush();
    };
  };

  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'answered',
      (error: unknown) => (error instanceof TradingFailure ? error.code : error),
    );

  it('answers what the other side answers', async () => {
    const stop = await serve((data) => ({ response: { asked: data } }));
    expect(await bus.request(findOrder, question)).toEqual({ asked: question });
    await stop();
  });

  it('throws what the other side threw', async () => {
    const err = { code: 'ORDER_NOT_FOUND', message: 'There is no order mine', context: { of: 'mine' } };
    const stop = await serve(() => ({ err }));
    await expect(bus.request(findOrder, question)).rejects.toMatchObject(err);
    await stop();
  });

  it('tells apart that nobody serves and that nobody answers', async () => {
    expect(await codeOf(bus.request(findOrder, question))).toBe('SERVICE_UNREACHABLE');
    const stop = await serve(() => undefined);
    expect(await codeOf(bus.request(findOrder, question, { timeoutMs: 100 }))).toBe('SERVICE_SILENT');
    await stop();
  });

  it('carries market updates of every symbol that the exchange lists, whatever its script', async () => {
    const market = await connect(natsOptions(nats.urls['market-data'], 'market'));
    const symbols = ['BTCUSDT', 'BTCUSDT_261225', '币安人生USDT'];
    const heard: string[] = [];
    bus.subscribe(markFeed, ({ symbol }) => void heard.push(symbol));
    await asking.flush();
    for (const symbol of symbols) {
      new Bus(market).publish(markFeed, symbol, { symbol, mark: '1', eventTimeMs: 1, ageMs: 0 });
    }
    await market.flush();
    await asking.flush();
    expect(heard).toEqual(symbols);
    await market.close();
  });

  it('sends nothing while NATS is away, and nothing of it later', async () => {
    const heard: unknown[] = [];
    const port = Number(new URL(nats.urls.gateway).port);
    await nats.stop();
    const deadline = performance.now() + 20_000;
    while ((await codeOf(bus.request(findOrder, question, { timeoutMs: 50 }))) !== 'SERVICE_UNREACHABLE') {
      if (performance.now() > deadline) throw new Error('The bus does not notice that NATS is away');
    }
    expect(await codeOf(bus.request(findOrder, { clientOrderId: 'late' }))).toBe('SERVICE_UNREACHABLE');
    nats = await startNats({ port, passwords });
    while (!(await serving.rtt().catch(() => undefined))) {
      if (performance.now() > deadline) throw new Error('The other side does not come back');
      await pause(20);
    }
    const stop = await serve((data) => {
      heard.push(data);
      return { response: {} };
    });
    while ((await codeOf(bus.request(findOrder, question, { timeoutMs: 500 }))) !== 'answered') {
      if (performance.now() > deadline) throw new Error('The bus does not come back');
      await pause(20);
    }
    expect(heard).not.toContainEqual({ clientOrderId: 'late' });
    await stop();
  });
});
