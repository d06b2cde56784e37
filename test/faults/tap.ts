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
  /** Whether it is the caller whose end of the connection has this port; any, unless given. */
  readonly isBy?: (port: number) => boolean;
  /**
   * `before`: the bytes are kept back for ever; `after`: they have been written to the other side; `meanwhile`: they wait
   * until what was sprung has ended.
   */
  readonly when: 'before' | 'after' | 'meanwhile';
  readonly spring: (port: number) => Promise<void> | void;
}

/** One direction of a connection; `port` is the caller's end of it. */
interface Way {
  readonly from: Trap['from'];
  readonly source: Socket;
  readonly sink: Socket;
  readonly port: number;
}

export class Tap {
  private readonly sockets = new Set<Socket>();
  private readonly callers = new Map<Socket, number>();
  private traps: Trap[] = [];
  private isCutOff: ((port: number) => boolean) | undefined;
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

  /** Ends every connection, or those of the callers whose ends are meant, and refuses new ones until `mend`. */
  cut(isMeant: (port: number) => boolean = () => true): void {
    this.isCutOff = isMeant;
    for (const [caller, port] of this.callers) if (isMeant(port)) caller.destroy();
  }

  /** Ends every connection; new ones are taken. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  mend(): void {
    this.isCutOff = undefined;
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
    const port = caller.remotePort ?? 0;
    if (this.isCutOff?.(port)) return void caller.destroy();
    const server = connectOn(caller, this.target, this.sockets);
    this.callers.set(caller, port);
    caller.once('close', () => this.callers.delete(caller));
    this.pass({ from: 'caller', source: caller, sink: server, port });
    this.pass({ from: 'server', source: server, sink: caller, port });
  }

  private pass({ from, source, sink, port }: Way): void {
    source.on('data', (bytes: Buffer) => {
      const trap = this.trapFor(from, bytes, port);
      if (trap?.when === 'before') return void trap.spring(port);
      const write = (): void => {
        if (sink.destroyed) return;
        sink.write(bytes, () => void (trap?.when === 'after' && trap.spring(port)));
      };
      if (trap?.when === 'meanwhile') {
        source.pause();
        return void Promise.resolve(trap.spring(port)).finally(() => {
          write();
          source.resume();
        });
      }
      if (this.delayMs > 0) setTimeout(write, this.delayMs);
      else write();
    });
  }

  private trapFor(from: Trap['from'], bytes: Buffer, port: number): Trap | undefined {
    if (this.traps.length === 0) return undefined;
    const text = bytes.toString('latin1');
    const trap = this.traps.find(
      (each) => each.from === from && each.pattern.test(text) && (each.isBy?.(port) ?? true),
    );
    if (trap) this.traps = this.traps.filter((each) => each !== trap);
    return trap;
  }
}
