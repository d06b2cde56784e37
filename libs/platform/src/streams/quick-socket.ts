/**
 * A WebSocket whose text messages are read straight from its connection: of what it costs to hear a short message most are
 * the streams and events between the system and who wants it. The handshake, all other frames and what is sent are left to
 * `ws`, as before.
 */
import { NetConnectOpts, Socket, connect as connectNet, isIP } from 'node:net';
import { ConnectionOptions, connect as connectTls } from 'node:tls';
import WebSocket from 'ws';
import { QuickFrames } from './quick-frames';

const READ_BYTES = 64 * 1024;

export function openQuickSocket(url: string, mostBytes: number, onText: (text: string) => void): WebSocket {
  let frames: QuickFrames | undefined;
  const dial = (options: NetConnectOpts & ConnectionOptions): Socket => {
    // Read into one buffer: no stream is in between, and nobody hears of data but who is told here.
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (length: number, buffer: Uint8Array): boolean => {
        const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length);
        if (frames) frames.take(bytes);
        else socket.emit('data', Buffer.from(bytes));
        return true;
      },
    };
    const socket: Socket = url.startsWith('wss:')
      ? connectTls({
          ...options,
          path: undefined,
          servername: nameOf(options.host),
          onread,
        } as unknown as ConnectionOptions)
      : connectNet({ ...options, path: undefined, onread } as NetConnectOpts);
    return socket;
  };
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: mostBytes,
    followRedirects: false,
    createConnection: dial as unknown as typeof connectNet,
  });
  socket.on('upgrade', ({ socket: connection }) => {
    // What came with the answer to the handshake is told as data of the stream.
    socket.once('open', () => {
      const [read] = connection.listeners('data');
      if (!read) return;
      const handOn = (bytes: Buffer): void => {
        if (socket.readyState === WebSocket.OPEN) read.call(connection, bytes);
      };
      frames = new QuickFrames(mostBytes, onText, handOn);
      connection.removeAllListeners('data');
      connection.on('data', (bytes: Buffer) => frames?.take(bytes));
    });
  });
  return socket;
}

/** An address is no name that a certificate could be asked for by. */
const nameOf = (host: string | undefined): string => (host === undefined || isIP(host) ? '' : host);
