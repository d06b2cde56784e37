/** How the paper exchange keeps its connections: it pings, and drops who does not answer; on a clock that runs faster. */
import { WebSocket } from 'ws';
import { until } from '@elvis/testing';
import { PaperClock, VirtualClock } from '../../apps/paper-exchange/src/faults/paper-clock';
import { openVenue, PaperVenue } from './venue';

/** A minute in a third of a second. */
const FASTER = 180;

class FastClock extends PaperClock {
  private readonly began = performance.now();

  steady(): number {
    return 1_800_000_000_000 + (performance.now() - this.began) * FASTER;
  }
}

type Answering = 'pings' | 'nothing' | 'of its own accord';

describe('the paper exchange keeps a connection', () => {
  let venue: PaperVenue;
  const clock = new FastClock();
  const open: WebSocket[] = [];

  beforeAll(async () => {
    venue = await openVenue({ PAPER_MARKET: 'synthetic', SYMBOLS: 'BTCUSDT', PAPER_SPEED: '0.01' }, clock);
  });
  afterAll(async () => {
    for (const socket of open) socket.terminate();
    await venue.stop();
  });

  function connect(path: string, answering: Answering) {
    const socket = new WebSocket(`${venue.ws}${path}`, { autoPong: false });
    open.push(socket);
    const seen = { openedAt: 0, pings: [] as number[], closedAt: 0 };
    socket.on('open', () => (seen.openedAt = clock.steady()));
    socket.on('ping', (payload: Buffer) => {
      seen.pings.push(clock.steady());
      if (answering === 'pings') socket.pong(payload);
      if (answering === 'of its own accord') socket.pong('');
    });
    socket.on('close', () => (seen.closedAt = clock.steady()));
    socket.on('error', () => undefined);
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
      const answers = connect(path as string, 'pings');
      const silent = connect(path as string, 'nothing');
      const unasked = connect(path as string, 'of its own accord');
      await until(() => silent.closedAt > 0 && unasked.closedAt > 0, 'both to be dropped', 60_000);
      for (const dropped of [silent, unasked]) {
        expect(dropped.pings[0]! - dropped.openedAt).toBeGreaterThan(everyS * 900);
        expect(dropped.closedAt - dropped.pings[0]!).toBeGreaterThan(withinS * 900);
      }
      expect(silent.pings.length).toBeGreaterThan(2);
      expect(answers.closedAt).toBe(0);
      expect(answers.pings.length).toBeGreaterThanOrEqual(silent.pings.length - 1);
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
