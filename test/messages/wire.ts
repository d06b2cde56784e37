/** A wire that is listened on: it forwards bytes both ways and notes every message with the moment it passed. */
import { Server, Socket, createServer } from 'node:net';
import { AddressInfo } from 'node:net';
import { LOOPBACK, connectOn } from '@elvis/testing';
import { Frame, Protocol, Speaker, readerOf } from './frames';

export interface Passed extends Frame {
  readonly atMs: number;
  readonly protocol: Protocol;
  readonly from: Speaker;
  readonly line: Line;
}

/** One connection; `near` is the caller's end, by which the process that owns it is found. */
export interface Line {
  readonly protocol: Protocol;
  readonly near: number;
  /** As a NATS client calls itself. */
  name?: string;
}

export class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private holdAt: ((passed: Passed) => boolean) | undefined;
  private held: { readonly line: Line; readonly answers: (() => void)[] } | undefined;

  constructor(
    private readonly protocol: Protocol,
    private readonly target: number,
    private readonly onPassed: (passed: Passed) => void,
  ) {}

  async listen(): Promise<number> {
    const server = createServer((caller) => this.join(caller));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return (server.address() as AddressInfo).port;
  }

  /** From the first message on for which this is true, its connection hears nothing until the release. */
  hold(isIt: (passed: Passed) => boolean): void {
    this.holdAt = isIt;
  }

  /** Answers whether anything was held. */
  release(): boolean {
    const { held } = this;
    this.holdAt = this.held = undefined;
    held?.answers.forEach((pass) => pass());
    return held !== undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private join(caller: Socket): void {
    const server = connectOn(caller, this.target, this.sockets);
    const line: Line = { protocol: this.protocol, near: caller.remotePort ?? 0 };
    this.follow('caller', caller, server, line);
    this.follow('server', server, caller, line);
  }

  private follow(from: Speaker, source: Socket, sink: Socket, line: Line): void {
    const read = readerOf(this.protocol, from);
    source.on('data', (bytes: Buffer) => {
      const pass = (): void => {
        if (!sink.destroyed) sink.write(bytes);
      };
      if (from === 'server' && this.held?.line === line) this.held.answers.push(pass);
      else pass();
      const atMs = performance.now();
      for (const frame of read(bytes)) {
        if (frame.verb === 'CONNECT') line.name = nameIn(frame.body);
        const passed = { ...frame, atMs, protocol: this.protocol, from, line };
        this.onPassed(passed);
        if (this.holdAt?.(passed)) {
          this.held = { line, answers: [] };
          this.holdAt = undefined;
        }
      }
    });
  }
}

const nameIn = (body: string): string | undefined => (JSON.parse(body) as { name?: string }).name;
