/** How the paper exchange keeps its connections: it pings, and drops who does not answer; on a clock that the spec moves. */
import { WebSocket } from 'ws';
import { until } from '@elvis/testing';
import { VirtualClock } from '../../apps/paper-exchange/src/faults/paper-clock';
import { openVenue, PaperVenue } from './venue';

type Answering = 'pings' | 'nothing' | 'of its own accord';

describe('the paper exchange keeps a connection', () => {
  let venue: PaperVenue;
  const clock = new VirtualClock(1_800_000_000_000);
  const open: WebSocket[] = [];

  beforeAll(async () => {
    venue = await openVenue({ PAPER_MARKET: 'synthetic', SYMBOLS: 'BTCUSDT', PAPER_SPEED: '0.01' }, clock);
  });
  afterAll(async () => {
    for (const socket of open) socket.terminate();
    await venue.stop();
  });

  /** `pingedAt` is in the exchange's words: a ping carries its time. */
  async function connect(path: string, answering: Answering) {
    const socket = new WebSocket(`${venue.ws}${path}`, { autoPong: false });
    open.push(socket);
    const seen = { openedAt: clock.now(), pingedAt: [] as number[], closedAt: 0 };
    socket.on('ping', (payload: Buffer) => {
      seen.pingedAt.push(Number(payload.toString()));
      if (answering === 'pings') socket.pong(payload);
      if (answering === 'of its own accord') socket.pong('');
    });
    socket.on('close', () => (seen.closedAt = clock.now()));
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    return seen;
  }

  it.each`
    path                               | everyS | withinS
    ${'/ws/btcusdt@trade'}             | ${20}  | ${60}
    ${'/stream?streams=btcusdt@trade'} | ${20}  | ${60}
    ${'/ws-api/v3'}                    | ${20}  | ${60}
    ${'/market/ws/btcusdt@aggTrade'}   | ${180} | ${600}
    ${'/ws-fapi/v1'}                   | ${180} | ${600}
  `(
    '$path: pinged every $everyS s, dropped $withinS s after a ping without its answer',
    async ({ path, everyS, withinS }) => {
      const everyMs = (everyS as number) * 1_000;
      const answers = await connect(path as string, 'pings');
      const silent = await connect(path as string, 'nothing');
      const unasked = await connect(path as string, 'of its own accord');
      for (let time = 1; silent.closedAt === 0 || unasked.closedAt === 0; time += 1) {
        clock.advanceTo(answers.openedAt + time * everyMs);
        await until(() => answers.pingedAt.length === time, `ping ${time} at the one that answers`, 60_000);
      }
      expect(answers.pingedAt).toEqual(answers.pingedAt.map((_, n) => answers.openedAt + (n + 1) * everyMs));
      for (const { pingedAt, closedAt } of [silent, unasked]) {
        expect(pingedAt[0]).toBe(answers.openedAt + everyMs);
        expect(pingedAt.length).toBeGreaterThan(2);
        expect(closedAt - pingedAt[0]!).toBeGreaterThan((withinS as number) * 1_000);
      }
      expect(answers.closedAt).toBe(0);
    },
    90_000,
  );

  it('never leaves a user stream of spot silent for a minute, in sixteen idle ones', async () => {
    const idle = new VirtualClock(1_800_000_000_000);
    const still = await openVenue({ PAPER_MARKET: 'synthetic', SYMBOLS: 'BTCUSDT' }, idle);
    const socket = new WebSocket(`${still.ws}/ws-api/v3`);
    const heard: number[] = [];
    let isClosed = false;
    socket.on('ping', (payload: Buffer) => heard.push(Number(payload.toString())));
    socket.on('close', () => (isClosed = true));
    try {
      await new Promise((resolve) => socket.once('open', resolve));
      const openedAt = idle.now();
      for (let passed = 20_000; passed <= 16 * 60_000; passed += 20_000) {
        idle.advanceTo(openedAt + passed);
        await until(() => heard.length === passed / 20_000, 'a ping', 60_000);
      }
      const gaps = heard.map((at, index) => at - (heard[index - 1] ?? openedAt));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(20_000);
      expect(isClosed).toBe(false);
    } finally {
      socket.terminate();
      await still.stop();
    }
  }, 120_000);

  it('tells times in microseconds to a socket that asks for it, and leaves the ids of its questions alone', async () => {
    const socket = new WebSocket(`${venue.ws}/ws-api/v3?timeUnit=microsecond`);
    open.push(socket);
    const told = new Promise<string>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    socket.on('open', () => socket.send(JSON.stringify({ id: 1_800_000_000_123, method: 'time' })));
    const { id, result } = JSON.parse(await told) as { id: number; result: { serverTime: number } };
    expect([id, String(result.serverTime)]).toEqual([
      1_800_000_000_123,
      expect.stringMatching(/^\d{13}000$/),
    ]);
    const other = new WebSocket(`${venue.ws}/ws/btcusdt@trade?timeUnit=FORTNIGHT`);
    open.push(other);
    const closed = new Promise<string>((resolve) =>
      other.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)),
    );
    expect(await closed).toContain('1008 Invalid value for time unit');
  });

  it.each`
    how                 | subscribe
    ${'in a message'}   | ${true}
    ${'in the address'} | ${false}
  `('refuses $how what nobody will ever send', async ({ subscribe }) => {
    const unknown = ['nopeusdt@trade', 'btcusdt@rpiDepth@500ms', '!contractInfo', 'BTCUSDT@trade'];
    for (const stream of unknown) {
      const socket = new WebSocket(`${venue.ws}/public/${subscribe ? 'ws' : `stream?streams=${stream}`}`);
      open.push(socket);
      const told = new Promise<string>((resolve) => {
        socket.on('message', (data: Buffer) => resolve(data.toString()));
        socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
        socket.on('open', () => {
          if (subscribe) socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: [stream], id: 1 }));
        });
      });
      expect(await told).toContain('unknown stream');
    }
  });
});
