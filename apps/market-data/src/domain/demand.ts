/**
 * What is wanted of the market and for how long yet. Wants only add up: nobody can take away what another needs, and
 * what is wanted always stays whatever is said.
 */
export interface Want {
  readonly symbol: string;
  readonly topic: string;
  /** Whether it counts against the bound: clients may watch so many symbols, the account has what it has. */
  readonly isBounded: boolean;
}

export interface DemandRules {
  /** What every symbol of the configuration is wanted for. */
  readonly always: { readonly symbols: readonly string[]; readonly topics: readonly string[] };
  /** A want that is not repeated lasts so long. */
  readonly lingerMs: number;
  /** How many symbols beside those may be followed because clients want them. */
  readonly watchedAtMost: number;
}

export class Demand {
  /** By symbol and topic, until when it is wanted; of bounded wants and of the others. */
  private readonly bounded = new Map<string, Map<string, number>>();
  private readonly unbounded = new Map<string, Map<string, number>>();

  constructor(private readonly rules: DemandRules) {}

  /** Whether the symbol may be followed for it: false if clients already watch as many others as they may. */
  allows({ symbol, isBounded }: Want, nowMs: number): boolean {
    if (!isBounded || this.isKnown(symbol, nowMs)) return true;
    const watched = [...this.bounded.keys()].filter(
      (name) => !this.isAlways(name) && !isWanted(this.unbounded.get(name), nowMs),
    );
    return (
      watched.filter((name) => isWanted(this.bounded.get(name), nowMs)).length < this.rules.watchedAtMost
    );
  }

  /** Takes the want in, or extends it; answers what `allows` does. */
  hear(want: Want, nowMs: number): boolean {
    if (!this.allows(want, nowMs)) return false;
    const table = want.isBounded ? this.bounded : this.unbounded;
    const topics = table.get(want.symbol) ?? new Map<string, number>();
    table.set(want.symbol, topics.set(want.topic, nowMs + this.rules.lingerMs));
    return true;
  }

  /** Whether the symbol is followed for anything. */
  isKnown(symbol: string, nowMs: number): boolean {
    return (
      this.isAlways(symbol) ||
      isWanted(this.bounded.get(symbol), nowMs) ||
      isWanted(this.unbounded.get(symbol), nowMs)
    );
  }

  /** What is to be followed now, topics by symbol; what has run out is forgotten. */
  topics(nowMs: number): ReadonlyMap<string, ReadonlySet<string>> {
    const all = new Map<string, Set<string>>();
    const { symbols, topics } = this.rules.always;
    for (const symbol of symbols) all.set(symbol, new Set(topics));
    for (const table of [this.bounded, this.unbounded]) {
      for (const [symbol, wanted] of table) {
        for (const [topic, untilMs] of wanted) {
          if (nowMs >= untilMs) wanted.delete(topic);
          else all.set(symbol, (all.get(symbol) ?? new Set<string>()).add(topic));
        }
        if (wanted.size === 0) table.delete(symbol);
      }
    }
    return all;
  }

  private isAlways(symbol: string): boolean {
    return this.rules.always.symbols.includes(symbol);
  }
}

const isWanted = (topics: ReadonlyMap<string, number> | undefined, nowMs: number): boolean =>
  topics !== undefined && [...topics.values()].some((untilMs) => nowMs < untilMs);
