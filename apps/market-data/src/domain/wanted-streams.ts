/** Streams that are relayed, each for as long as somebody says that it is wanted, and so many at most. */
export class WantedStreams {
  /** By name, until when. */
  private readonly untilMs = new Map<string, number>();

  constructor(
    private readonly lingerMs: number,
    private readonly atMost: number,
  ) {}

  /** Takes the want in, or extends it: `new` if the stream was not wanted before, `full` if it is one too many. */
  hear(name: string, nowMs: number): 'known' | 'new' | 'full' {
    const isKnown = this.untilMs.has(name);
    if (!isKnown && this.untilMs.size >= this.atMost) return 'full';
    this.untilMs.set(name, nowMs + this.lingerMs);
    return isKnown ? 'known' : 'new';
  }

  /** Forgets what was not wanted again in time; answers whether there was any. */
  forgetOld(nowMs: number): boolean {
    const before = this.untilMs.size;
    for (const [name, untilMs] of this.untilMs) if (nowMs >= untilMs) this.untilMs.delete(name);
    return this.untilMs.size < before;
  }

  names(): ReadonlySet<string> {
    return new Set(this.untilMs.keys());
  }
}
