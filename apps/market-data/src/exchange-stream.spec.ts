import { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ExchangeStream, StreamTimings } from './exchange-stream';

const TIMINGS: StreamTimings = {
  handshakeMs: 2_000,
  silentMs: 60_000,
  rotateMs: 3_600_000,
  settledMs: 30_000,
  backOff: { firstMs: 5, capMs: 20 },
};

describe('exchange stream', () => {
  let server: WebSocketServer;
  let url: string;
  let stream: ExchangeStream | undefined;
  const texts: string[] = [];
  const notes: string[] = [];
  let changed: () => void = () => undefined;

  beforeEach(async () => {
    texts.length = 0;
    notes.length = 0;
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/public/stream?streams=x`;
  });

  afterEach(async () => {
    stream?.stop();
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (timings: Partial<StreamTimings> = {}): void => {
    stream = new ExchangeStream(
      url,
      {
        onOpen: () => note('open'),
        onText: (text) => {
          texts.push(text);
          changed();
        },
        onDown: (reason) => note(`down: ${reason}`),
      },
      { ...TIMINGS, ...timings },
    );
    stream.start();
  };

  const note = (text: string): void => {
    notes.push(text);
    changed();
  };

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => (changed = resolve));
  };

  const accepted = (): Promise<WebSocket> =>
    new Promise((resolve) => server.once('connection', (socket) => resolve(socket)));

  it('hands on every message', async () => {
    const connection = accepted();
    open();
    (await connection).send('one');
    await until(() => texts.length === 1);
    expect(notes).toEqual(['open']);
  });

  it('comes back when the exchange closes it, and again', async () => {
    for (let round = 0; round < 3; round += 1) {
      const connection = accepted();
      if (round === 0) open();
      const socket = await connection;
      await until(() => notes.filter((text) => text === 'open').length === round + 1);
      socket.close(1008);
    }
    await until(() => notes.filter((text) => text === 'down: closed with 1008').length === 3);
  });

  it('keeps trying while nobody listens', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    open();
    await until(() => notes.length >= 2);
    expect(new Set(notes)).toEqual(new Set(['down: closed with 1006']));
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    await until(() => notes.includes('open'));
  });

  it('cuts a connection that brings nothing, and opens another', async () => {
    open({ silentMs: 50 });
    await until(() => notes.filter((text) => text === 'open').length === 2);
    expect(notes.slice(0, 2)).toEqual(['open', 'down: silent for 50 ms']);
  });

  it('changes to a new connection without a break: the old one delivers until the new one does', async () => {
    const first = accepted();
    open();
    const old = await first;
    old.send('old 1');
    await until(() => texts.length === 1);
    const second = accepted();
    stream?.rotate();
    const successor = await second;
    old.send('old 2');
    await until(() => texts.length === 2);
    const oldClosed = new Promise((resolve) => old.once('close', resolve));
    successor.send('new 1');
    await oldClosed;
    await until(() => texts.length === 3);
    successor.send('new 2');
    await until(() => texts.length === 4);
    expect(texts).toEqual(['old 1', 'old 2', 'new 1', 'new 2']);
    expect(notes).toEqual(['open', 'open']);
    successor.close();
    await until(() => notes.length === 4);
    expect(notes.slice(2)).toEqual(['down: closed with 1005', 'open']);
  });

  it('keeps the old connection when the new one cannot be had', async () => {
    const first = accepted();
    open();
    const old = await first;
    old.send('old 1');
    await until(() => texts.length === 1);
    const second = accepted();
    stream?.rotate();
    (await second).terminate();
    old.send('old 2');
    await until(() => texts.length === 2);
    expect(notes).toEqual(['open']);
  });

  it('is replaced before its time is up', async () => {
    server.on('connection', (socket) => {
      const pulse = setInterval(() => socket.send('pulse'), 5);
      socket.once('close', () => clearInterval(pulse));
    });
    open({ rotateMs: 30, silentMs: 50 });
    await until(() => notes.length >= 3);
    expect(new Set(notes)).toEqual(new Set(['open']));
  });
});
