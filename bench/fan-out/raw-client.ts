/** A WebSocket client that costs next to nothing: it skips what it is sent, answers pings, and reads texts if asked to. */
import { randomBytes } from 'node:crypto';
import { Socket, connect } from 'node:net';
import { constants, inflateRawSync } from 'node:zlib';

const HEAD_END = '\r\n\r\n';

export interface RawClientOptions {
  readonly port: number;
  readonly topics: string;
  readonly apiKey: string;
  readonly inflates: boolean;
  /** Gets each text; without it texts are skipped. */
  readonly onText?: (text: string) => void;
}

export class RawClient {
  frames = 0;
  bytes = 0;
  isClosed = false;
  closeCode: number | undefined;
  private readonly socket: Socket;
  private pending: Buffer = Buffer.alloc(0);
  private isOpen = false;
  readonly opened: Promise<void>;

  constructor(private readonly options: RawClientOptions) {
    const { port, topics, apiKey, inflates } = options;
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.write(
      [
        `GET /api/v1/stream?topics=${topics} HTTP/1.1`,
        'host: 127.0.0.1',
        `x-api-key: ${apiKey}`,
        'connection: Upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
        ...(inflates ? ['sec-websocket-extensions: permessage-deflate; server_no_context_takeover'] : []),
      ].join('\r\n') + HEAD_END,
    );
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('data', (chunk) => this.read(chunk, resolve, reject));
      this.socket.on('error', reject);
      this.socket.on('close', () => {
        this.isClosed = true;
        reject(new Error('The connection was closed before the stream was open'));
      });
    });
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer, onOpen: () => void, onRefusal: (error: Error) => void): void {
    this.bytes += chunk.length;
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    if (!this.isOpen) {
      const end = this.pending.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.pending.subarray(0, end).toString();
      if (!head.startsWith('HTTP/1.1 101')) return onRefusal(new Error(`The stream was refused: ${head}`));
      this.isOpen = true;
      this.pending = this.pending.subarray(end + HEAD_END.length);
      onOpen();
    }
    while (this.readFrame());
  }

  /** False if no whole frame is there. */
  private readFrame(): boolean {
    const { pending } = this;
    const [first, second] = pending;
    if (first === undefined || second === undefined) return false;
    const headBytes = second === 127 ? 10 : second === 126 ? 4 : 2;
    if (pending.length < headBytes) return false;
    const length =
      second === 127 ? Number(pending.readBigUInt64BE(2)) : second === 126 ? pending.readUInt16BE(2) : second;
    if (pending.length < headBytes + length) return false;
    const payload = pending.subarray(headBytes, headBytes + length);
    this.pending = pending.subarray(headBytes + length);
    const opcode = first & 0x0f;
    if (opcode === 1) {
      this.frames += 1;
      this.options.onText?.(first & 0x40 ? inflate(payload) : payload.toString());
    } else if (opcode === 9) this.pong(payload);
    else if (opcode === 8) this.closeCode = payload.readUInt16BE(0);
    return true;
  }

  /** A client's frame is masked; a mask of zeros changes nothing. */
  private pong(payload: Buffer): void {
    this.socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }
}

const inflate = (payload: Buffer): string =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  }).toString();
