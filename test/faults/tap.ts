/**
 * A wire between two processes that a test can listen on and cut: it forwards bytes, tells when a pattern passes, and
 * can do something at that very moment, before the bytes go on or after. The processes know nothing of it.
 */
import { Server, Socket, createServer } from 'node:net';
import { AddressInfo } from 'node:net';
import { connectOn } from '@elvis/testing';

export interface Trap {
  /** Whose words: the caller's requests or the server's answers. */
  readonly from: 'caller' | 'server';
  readonly pattern: RegExp;
  /** `before`: the bytes are kept back for ever; `after`: they have been written to the other side. */
  readonly when: 'before' | 'after';
  readonly spring: () => void;
}

export class Tap {
  private readonly sockets = new Set<Socket>();
  private traps: Trap[] = [];
  private isCut = false;
  private delayMs = 0;
  private server: Server | undefined;

  constructor(private readonly target: number) {}

  async listen(): Promise<number> {
    const server = createServer((caller) => this.join(caller));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Springs once, at the first bytes that hold the pattern. */
  set(trap: Trap): void {
    this.traps.push(trap);
  }

  clear(): void {
    this.traps = [];
  }

  /** Ends every connection and refuses new ones until `mend`. */
  cut(): void {
    this.isCut = true;
    this.drop();
  }

  /** Ends every connection; new ones are taken. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  mend(): void {
    this.isCut = false;
    this.delayMs = 0;
  }

  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private join(caller: Socket): void {
    if (this.isCut) return void caller.destroy();
    const server = connectOn(caller, this.target, this.sockets);
    caller.on('data', (bytes: Buffer) => this.pass('caller', bytes, server));
    server.on('data', (bytes: Buffer) => this.pass('server', bytes, caller));
  }

  private pass(from: Trap['from'], bytes: Buffer, to: Socket): void {
    const text = this.traps.length > 0 ? bytes.toString('latin1') : '';
    const trap = this.traps.find((each) => each.from === from && each.pattern.test(text));
    if (trap) this.traps = this.traps.filter((each) => each !== trap);
    if (trap?.when === 'before') return trap.spring();
    const write = (): void => {
      if (to.destroyed) return;
      to.write(bytes, () => trap?.spring());
    };
    if (this.delayMs > 0) setTimeout(write, this.delayMs);
    else write();
  }
}
