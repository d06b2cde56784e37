import { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { MARKET_RULES, SessionRules } from './session-rules';
import { VenueDialect, VenueStream } from './venue-stream';

const RULES: SessionRules = {
  ...MARKET_RULES,
  silentMs: 60_000,
  cutMs: 120_000,
  controlEveryMs: 5,
  backOff: { settledMs: 0, firstMs: 5, capMs: 20, tries: 10, slowMs: 20 },
};

describe('a supervised stream', () => {
  let server: WebSocketServer;
  let url: string;
  let stream: VenueStream | undefined;
  const texts: string[] = [];
  const notes: string[] = [];
  const asked: string[] = [];
  let changed: () => void = () => undefined;

  beforeEach(async () => {
    for (const list of [texts, notes, asked]) list.length = 0;
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
    server.on('connection', confirmAll);
  });

  afterEach(async () => {
    stream?.stop();
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The venue confirms every subscription under its number. */
  const confirmAll = (socket: WebSocket): void =>
    void socket.on('message', (data: Buffer) => {
      asked.push(data.toString());
      socket.send(`ack ${data.toString().split(' ')[1]}`);
      changed();
    });

  const dialect: VenueDialect = {
    address: () => ({ url, carried: [] }),
    subscribe: (names, request) => [`+ ${request} ${names.join(',')}`],
    unsubscribe: (names, request) => [`- ${request} ${names.join(',')}`],
    control: (text) => (text.startsWith('ack ') ? { confirmed: Number(text.slice(4)) } : undefined),
  };

  const open = (rules: Partial<SessionRules> = {}, names = ['a']): void => {
    stream = new VenueStream(
      dialect,
      {
        onText: (text) => note(texts, text),
        onConnected: () => note(notes, 'connected'),
        onLive: () => note(notes, 'live'),
        onLost: (kind, reason) => note(notes, `${kind}: ${reason}`),
      },
      { ...RULES, ...rules },
    );
    stream.want(names);
  };

  const note = (list: string[], text: string): void => {
    list.push(text);
    changed();
  };

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => (changed = resolve));
  };
  const seen = (text: string, times: number): Promise<void> =>
    until(() => notes.filter((each) => each === text).length >= times);
  const accepted = (): Promise<WebSocket> => new Promise((resolve) => server.once('connection', resolve));

  it('subscribes, is live when that is confirmed, and hands on every message but those about itself', async () => {
    const connection = accepted();
    open();
    await seen('live', 1);
    (await connection).send('one');
    await until(() => texts.length === 1);
    expect([texts, notes, asked]).toEqual([['one'], ['connected', 'live'], ['+ 1 a']]);
    expect(stream?.status()).toMatchObject({ state: 'LIVE', wanted: 1, confirmed: 1, connections: 1 });
  });

  it('changes its subscriptions on the connection that it has', async () => {
    open();
    await seen('live', 1);
    stream?.want(['a', 'b']);
    await until(() => asked.length === 2);
    stream?.want(['b']);
    await until(() => asked.length === 3);
    expect(asked).toEqual(['+ 1 a', '+ 2 b', '- 3 a']);
  });

  it('comes back when the venue closes it, again and again, each time with all that is wanted', async () => {
    open();
    for (let round = 1; round <= 3; round += 1) {
      await seen('live', round);
      for (const client of server.clients) client.close(1008);
      await seen('cut: closed with 1008', round);
    }
    await seen('live', 4);
    expect(asked.map((text) => text.split(' ')[2])).toEqual(['a', 'a', 'a', 'a']);
    expect(stream?.status()).toMatchObject({ connections: 4, losses: { cut: 3 } });
  });

  it('keeps trying while nobody listens', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    open();
    await seen('refused: ECONNREFUSED', 2);
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    server.on('connection', confirmAll);
    await seen('live', 1);
  });

  it('cuts a connection that brings nothing, and opens another', async () => {
    open({ silentMs: 25, cutMs: 50 });
    await seen('live', 2);
    expect(notes.slice(0, 3)).toEqual(['connected', 'live', 'silent: silent for 50 ms']);
  });

  it('changes to a new connection without a break: the old one delivers until the new one does', async () => {
    const first = accepted();
    open();
    const old = await first;
    await seen('live', 1);
    const second = accepted();
    stream?.rotate();
    const successor = await second;
    await until(() => asked.length === 2);
    old.send('old');
    await until(() => texts.length === 1);
    const oldClosed = new Promise((resolve) => old.once('close', resolve));
    successor.send('new 1');
    await oldClosed;
    successor.send('new 2');
    await until(() => texts.length === 3);
    expect(texts).toEqual(['old', 'new 1', 'new 2']);
    expect(notes).toEqual(['connected', 'live', 'connected', 'live']);
  });

  it('says no address when it cannot connect, and asks for one before each try', async () => {
    let tries = 0;
    stream = new VenueStream(
      {
        ...dialect,
        address: () => {
          tries += 1;
          return tries < 3 ? Promise.reject(new Error('no key yet')) : { url, carried: ['a'] };
        },
      },
      {
        onText: () => undefined,
        onLive: () => note(notes, 'live'),
        onLost: (kind, reason) => note(notes, `${kind}: ${reason}`),
      },
      RULES,
    );
    stream.want(['a']);
    await seen('live', 1);
    expect([notes, asked]).toEqual([['refused: no key yet', 'refused: no key yet', 'live'], []]);
  });

  it('tells when the other end has answered a ping', async () => {
    const answered = new Promise<number>((resolve) => {
      stream = new VenueStream(dialect, { onText: () => undefined, onAlive: resolve }, RULES);
      stream.want(['a']);
    });
    const sinceMs = await answered;
    expect(sinceMs).toBeLessThanOrEqual(performance.now());
  });

  it('may be read only when that is asked for, and misses nothing', async () => {
    const connection = accepted();
    open({ readEveryMs: 60_000 });
    const held = await connection;
    const other = new WebSocket(url);
    await new Promise((resolve) => other.once('open', resolve));
    const heard = new Promise((resolve) => other.once('message', resolve));
    for (const text of ['one', 'two']) held.send(text);
    for (const client of server.clients) if (client !== held) client.send('now');
    await heard;
    expect(texts).toEqual([]);
    const reading = setInterval(() => stream?.readNow(), 5);
    await until(() => texts.length === 2);
    clearInterval(reading);
    expect(texts).toEqual(['one', 'two']);
    other.terminate();
  });

  it('is read every so often without being asked', async () => {
    const connection = accepted();
    open({ readEveryMs: 50 });
    (await connection).send('one');
    await until(() => texts.includes('one'));
  });
});
