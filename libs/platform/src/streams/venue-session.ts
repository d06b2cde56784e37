/**
 * The life of one stream of a venue as a pure state machine: what to do after each event, without a socket or a clock.
 *
 * The table of wanted subscriptions is the truth: it is replayed on every connection, and a difference between it and
 * what the connection was asked for is sent as soon as the pace allows. With nothing wanted there is no connection.
 */
import { Link, alive, confirm, isOverdue, namesOf, newLink, settleRequests } from './link';
import { SessionRules, waitMs } from './session-rules';

export type SessionState =
  'IDLE' | 'CONNECTING' | 'SUBSCRIBING' | 'LIVE' | 'SILENT' | 'DRAINING' | 'BACKING_OFF';

/** Why a connection ended: cut by the other end, refused, without a word, too slow, unreadable, with a hole, replaced by us. */
export const LOSS_KINDS = ['cut', 'refused', 'silent', 'slow', 'malformed', 'gap', 'asked'] as const;
export type LossKind = (typeof LOSS_KINDS)[number];

/** A message of the venue about the connection itself. */
export type ControlMessage =
  /** The venue announces that it will close: a successor takes over now. */
  | 'ending'
  /** Subscriptions are confirmed, by the number of the request or by their names. */
  | { readonly confirmed: number | readonly string[] }
  | RefusedSubscription;

interface RefusedSubscription {
  readonly refused: number | readonly string[];
  readonly reason: string;
}

export type SessionAction =
  | { readonly do: 'dial' | 'close' | 'probe'; readonly link: number }
  | {
      readonly do: 'subscribe' | 'unsubscribe';
      readonly link: number;
      readonly request: number;
      readonly names: readonly string[];
    }
  /** Messages come from this connection from now on; some may be missing between it and the one before. */
  | { readonly do: 'adopt'; readonly link: number }
  /** All that was wanted when the connection opened is confirmed. */
  | { readonly do: 'live'; readonly link: number }
  | { readonly do: 'lost'; readonly kind: LossKind; readonly reason: string; readonly retryInMs: number }
  | { readonly do: 'refused'; readonly names: readonly string[]; readonly reason: string }
  /** So many tries in a row failed; from now on there is one each `slowMs`. */
  | { readonly do: 'alert'; readonly failed: number };

/** A successor that could not be had is tried again after this, and a refused subscription asked for again. */
const AGAIN_MS = 60_000;
const NAMES_PER_FRAME = 100;
const NOTHING: readonly SessionAction[] = [];

export class VenueSession {
  private readonly wanted = new Set<string>();
  private readonly refusedUntilMs = new Map<string, number>();
  private current: Link | undefined;
  private successor: Link | undefined;
  private links = 0;
  private requests = 0;
  private failed = 0;
  private retryAtMs: number | undefined;
  private rotateAtMs = Infinity;
  private tickedAtMs = Infinity;

  /** @param chance answers a number from 0 to 1 */
  constructor(
    private readonly rules: SessionRules,
    private readonly chance: () => number,
  ) {}

  get state(): SessionState {
    const { current } = this;
    if (!current) return this.retryAtMs === undefined ? 'IDLE' : 'BACKING_OFF';
    if (current.openedAtMs === undefined) return 'CONNECTING';
    if (current.liveAtMs === undefined) return 'SUBSCRIBING';
    if (current.probed) return 'SILENT';
    return this.successor ? 'DRAINING' : 'LIVE';
  }

  /** How many tries have failed in a row. */
  get failedTries(): number {
    return this.failed;
  }

  /** Whether something is still to be said to the venue about what is wanted. */
  get hasToAsk(): boolean {
    const asked = this.current?.asked;
    return (
      asked !== undefined &&
      ([...this.wanted].some((name) => !asked.has(name) && !this.refusedUntilMs.has(name)) ||
        [...asked].some((name) => !this.wanted.has(name)))
    );
  }

  get wantedNames(): ReadonlySet<string> {
    return this.wanted;
  }

  get confirmedNames(): ReadonlySet<string> {
    return this.current?.confirmed ?? new Set();
  }

  /** Whether what this connection says is to be handed on. */
  isCurrent(link: number): boolean {
    return this.current?.id === link;
  }

  /** Whether this connection is still to be opened. */
  isExpected(link: number): boolean {
    return this.find(link) !== undefined;
  }

  /** Makes the table equal to `names`; the first name opens a connection, the last one that goes closes it. */
  want(names: Iterable<string>, nowMs: number): SessionAction[] {
    const next = new Set(names);
    for (const name of this.wanted) if (!next.has(name)) this.wanted.delete(name);
    for (const name of next) this.wanted.add(name);
    for (const name of this.refusedUntilMs.keys()) if (!next.has(name)) this.refusedUntilMs.delete(name);
    if (next.size === 0) return this.end();
    if (!this.current && this.retryAtMs === undefined) return this.dial(nowMs);
    return this.control(nowMs);
  }

  /** Ends everything; `want` begins again. */
  end(): SessionAction[] {
    this.wanted.clear();
    this.retryAtMs = undefined;
    this.failed = 0;
    const closing = [this.current, this.successor].flatMap((link) => (link ? [link.id] : []));
    this.current = this.successor = undefined;
    return closing.map((link) => ({ do: 'close', link }));
  }

  /** @param carried what the address of the connection has already subscribed to */
  opened(id: number, carried: readonly string[], nowMs: number): SessionAction[] {
    const link = this.find(id);
    if (!link) return [{ do: 'close', link: id }];
    link.openedAtMs = link.heardAtMs = nowMs;
    for (const name of carried) {
      link.asked.add(name);
      link.confirmed.add(name);
    }
    const asking = [...this.ask(link, nowMs), ...this.checkLive(link, nowMs)];
    if (link !== this.current) return asking;
    this.rotateAtMs = nowMs + this.rules.rotateMs;
    return [{ do: 'adopt', link: id }, ...asking];
  }

  closed(id: number, reason: string, nowMs: number): SessionAction[] {
    if (this.successor?.id === id) {
      this.successor = undefined;
      this.rotateAtMs = nowMs + AGAIN_MS;
      return [];
    }
    if (this.current?.id !== id) return [];
    return this.lose(this.current.openedAtMs === undefined ? 'refused' : 'cut', reason, nowMs);
  }

  /** A ping or a pong. */
  heardFrame(id: number, nowMs: number): void {
    const link = this.find(id);
    if (link && this.rules.framesCount) alive(link, nowMs);
  }

  /** A message that is not about the connection itself. The first one on a successor puts it in its place. */
  heardData(id: number, nowMs: number): readonly SessionAction[] {
    const { current, successor } = this;
    if (current?.id === id) {
      alive(current, nowMs);
      return NOTHING;
    }
    return successor?.id === id && this.isConfirmed(successor)
      ? this.succeed(current, successor, nowMs)
      : NOTHING;
  }

  heardControl(id: number, message: ControlMessage, nowMs: number): SessionAction[] {
    const link = this.find(id);
    if (!link) return [];
    if (message === 'ending') return this.rotate(nowMs);
    if ('refused' in message) return this.refuse(link, message, nowMs);
    alive(link, nowMs);
    confirm(link, message.confirmed);
    settleRequests(link, message.confirmed, (name) => this.refusedUntilMs.has(name));
    return this.checkLive(link, nowMs);
  }

  /** What the clock brings: called often enough for the shortest of the rules. */
  tick(nowMs: number): SessionAction[] {
    const sinceTickMs = nowMs - this.tickedAtMs;
    this.tickedAtMs = nowMs;
    if (this.retryAtMs !== undefined && nowMs >= this.retryAtMs) return this.dial(nowMs);
    const { current, successor, rules } = this;
    if (successor && isOverdue(successor, nowMs, rules)) {
      this.successor = undefined;
      this.rotateAtMs = nowMs + AGAIN_MS;
      return [{ do: 'close', link: successor.id }];
    }
    if (!current) return [];
    if (isOverdue(current, nowMs, rules)) {
      const what = current.openedAtMs === undefined ? 'connecting' : 'confirming the subscriptions';
      return this.lose('slow', `${what} took too long`, nowMs);
    }
    if (current.liveAtMs === undefined) return this.control(nowMs);
    // After a pause of this process what has come meanwhile is still unread: nobody was silent.
    if (sinceTickMs >= rules.silentMs) current.heardAtMs = nowMs;
    if (nowMs - current.liveAtMs >= rules.backOff.settledMs) this.failed = 0;
    const quietMs = nowMs - current.heardAtMs;
    if (quietMs >= rules.cutMs) return this.lose('silent', `silent for ${rules.cutMs} ms`, nowMs);
    if (quietMs >= rules.silentMs && !current.probed) {
      current.probed = true;
      return [{ do: 'probe', link: current.id }];
    }
    return [...(nowMs >= this.rotateAtMs ? this.rotate(nowMs) : []), ...this.control(nowMs)];
  }

  /** Gives the present connection up and makes another. */
  replace(kind: LossKind, reason: string, nowMs: number): SessionAction[] {
    return this.current ? this.lose(kind, reason, nowMs) : [];
  }

  /** Puts a new connection in the place of the present one, which delivers until the new one does. */
  rotate(nowMs: number): SessionAction[] {
    if (this.successor || this.current?.liveAtMs === undefined) return [];
    this.successor = this.nextLink(nowMs);
    return [{ do: 'dial', link: this.successor.id }];
  }

  private dial(nowMs: number): SessionAction[] {
    this.retryAtMs = undefined;
    this.current = this.nextLink(nowMs);
    return [{ do: 'dial', link: this.current.id }];
  }

  private nextLink(nowMs: number): Link {
    this.links += 1;
    return newLink(this.links, nowMs);
  }

  private find(id: number): Link | undefined {
    return [this.current, this.successor].find((link) => link?.id === id);
  }

  private isConfirmed({ confirmed }: Link): boolean {
    return [...this.wanted].every((name) => confirmed.has(name) || this.refusedUntilMs.has(name));
  }

  private checkLive(link: Link, nowMs: number): SessionAction[] {
    if (link.liveAtMs !== undefined || link.openedAtMs === undefined || !this.isConfirmed(link)) return [];
    link.liveAtMs = nowMs;
    return link === this.current ? [{ do: 'live', link: link.id }] : [];
  }

  /** The successor takes the place of `old`, in whatever state it is. */
  private succeed(old: Link | undefined, link: Link, nowMs: number): SessionAction[] {
    this.current = link;
    this.successor = undefined;
    alive(link, nowMs);
    this.rotateAtMs = nowMs + this.rules.rotateMs;
    if (this.isConfirmed(link) && link.openedAtMs !== undefined) link.liveAtMs ??= nowMs;
    return [
      ...(link.openedAtMs === undefined ? [] : [{ do: 'adopt', link: link.id } as const]),
      ...(link.liveAtMs === undefined ? [] : [{ do: 'live', link: link.id } as const]),
      ...(old ? [{ do: 'close', link: old.id } as const] : []),
    ];
  }

  private refuse(link: Link, { refused, reason }: RefusedSubscription, nowMs: number): SessionAction[] {
    const names = namesOf(link, refused).filter((name) => this.wanted.has(name));
    for (const name of names) this.refusedUntilMs.set(name, nowMs + AGAIN_MS);
    settleRequests(link, refused, (name) => this.refusedUntilMs.has(name));
    const told: SessionAction = { do: 'refused', names, reason };
    if (link === this.current && [...this.wanted].every((name) => this.refusedUntilMs.has(name))) {
      this.refusedUntilMs.clear();
      return [told, ...this.lose('refused', reason, nowMs)];
    }
    return [told, ...this.checkLive(link, nowMs)];
  }

  private control(nowMs: number): SessionAction[] {
    for (const [name, untilMs] of this.refusedUntilMs) {
      if (nowMs < untilMs) continue;
      this.refusedUntilMs.delete(name);
      this.current?.asked.delete(name);
    }
    return [this.current, this.successor].flatMap((link) => (link ? this.ask(link, nowMs) : []));
  }

  /** One frame at a time: what is missing first, then what is too much. */
  private ask(link: Link, nowMs: number): SessionAction[] {
    if (link.openedAtMs === undefined || nowMs - link.controlAtMs < this.rules.controlEveryMs) return [];
    const missing = [...this.wanted].filter((name) => !link.asked.has(name)).slice(0, NAMES_PER_FRAME);
    const surplus = missing.length > 0 ? [] : [...link.asked].filter((name) => !this.wanted.has(name));
    const names = missing.length > 0 ? missing : surplus;
    if (names.length === 0) return [];
    link.controlAtMs = nowMs;
    this.requests += 1;
    if (missing.length === 0) {
      for (const name of surplus) {
        link.asked.delete(name);
        link.confirmed.delete(name);
      }
      return [{ do: 'unsubscribe', link: link.id, request: this.requests, names }];
    }
    for (const name of names) link.asked.add(name);
    link.requests.set(this.requests, { names, atMs: nowMs });
    return [{ do: 'subscribe', link: link.id, request: this.requests, names }];
  }

  private lose(kind: LossKind, reason: string, nowMs: number): SessionAction[] {
    const { current, successor } = this;
    if (!current) return [];
    const settled =
      current.liveAtMs !== undefined && nowMs - current.liveAtMs >= this.rules.backOff.settledMs;
    if (settled) this.failed = 0;
    if (successor) {
      return [{ do: 'lost', kind, reason, retryInMs: 0 }, ...this.succeed(current, successor, nowMs)];
    }
    const retryInMs = waitMs(this.failed, this.chance(), this.rules.backOff);
    this.failed += 1;
    this.current = undefined;
    this.retryAtMs = nowMs + retryInMs;
    return [
      { do: 'close', link: current.id },
      { do: 'lost', kind, reason, retryInMs },
      ...(this.failed === this.rules.backOff.tries + 1
        ? [{ do: 'alert', failed: this.failed - 1 } as const]
        : []),
    ];
  }
}
