/**
 * Who holds a key or a session, as the database has it, remembered for a moment: what is taken away elsewhere still
 * opens for that long. Refusals are remembered too, so that guessing does not reach the database. While the database
 * cannot be asked the last answer stands, marked as unverified: it opens only what reads and what stops.
 */
import { TradingFailure } from '@elvis/trading';
import { performance } from 'node:perf_hooks';
import { Holder } from './caller';

/** A look at every open stream each second and two for a WebSocket's last words: what is taken away ends within five. */
const REMEMBERED_MS = 1_500;
const LAST_KNOWN_MS = 900_000;
const REMEMBERED_AT_MOST = 10_000;

interface Remembered {
  readonly untilMs: number;
  readonly holder: Promise<Holder>;
}

interface LastKnown {
  readonly atMs: number;
  readonly holder: Holder;
}

export class HolderCache {
  private readonly remembered = new Map<string, Remembered>();
  private readonly lastKnown = new Map<string, LastKnown>();

  /** `fetchHolder` throws UNAUTHORIZED where the identity is unknown or revoked, and something else where it could not be asked. */
  constructor(private readonly fetchHolder: (id: string) => Promise<Holder>) {}

  find(id: string): Promise<Holder> {
    const nowMs = performance.now();
    forgetOver(this.remembered, ({ untilMs }) => untilMs <= nowMs);
    const known = this.remembered.get(id);
    if (known) return known.holder;
    const holder = this.fetchNow(id);
    replace(this.remembered, id, { untilMs: nowMs + REMEMBERED_MS, holder });
    return holder;
  }

  /** After a change that this gateway made itself. */
  forget(): void {
    this.remembered.clear();
    this.lastKnown.clear();
  }

  private async fetchNow(id: string): Promise<Holder> {
    try {
      const holder = await this.fetchHolder(id);
      replace(this.lastKnown, id, { atMs: performance.now(), holder });
      return holder;
    } catch (error) {
      if (error instanceof TradingFailure && error.kind === 'UNAUTHORIZED') {
        this.lastKnown.delete(id);
        throw error;
      }
      const last = this.lastKnown.get(id);
      if (!last || performance.now() - last.atMs > LAST_KNOWN_MS) {
        this.remembered.delete(id);
        throw error;
      }
      return { ...last.holder, isUnverified: true };
    }
  }
}

/** Oldest first, and all for as long: what guessers leave behind does not stay until others push it out. */
function forgetOver<Value>(map: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [id, value] of map) {
    if (!isOver(value)) break;
    map.delete(id);
  }
}

function replace<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED_AT_MOST) break;
    map.delete(oldest);
  }
}
