/**
 * A socket that is read when its owner asks, and at least every so often: what comes in between waits in the system's
 * buffer and wakes nobody. Where the socket cannot be held it is simply read as it comes.
 */
import { Socket } from 'node:net';
import { everyBeat } from '../service/rounds';

/** What node itself stops and starts reading by; `pause` of a socket stops only once its own buffer is full. */
interface ReadHandle {
  readStop?(): number;
  readStart?(): number;
}

export class HeldReading {
  private isAsked = false;

  constructor(
    private readonly socket: Socket,
    atLeastEveryMs: number,
  ) {
    // Not a time of its own for each pause: a timer that is put off wakes the process all the same.
    const stop = everyBeat(atLeastEveryMs, () => {
      if (!this.isAsked) this.read();
      this.isAsked = false;
    });
    socket.once('close', stop);
    this.hold();
  }

  /** Everything that has come by now is read before the second `setImmediate` from here. */
  read(): void {
    this.isAsked = true;
    this.handle?.readStart?.();
    setImmediate(() => setImmediate(() => this.hold()));
  }

  private hold(): void {
    this.handle?.readStop?.();
  }

  private get handle(): ReadHandle | null | undefined {
    return (this.socket as unknown as { readonly _handle?: ReadHandle | null })._handle;
  }
}
