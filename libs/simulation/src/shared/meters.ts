/**
 * Fixed, clock-aligned windows: weight per IP and orders per account.
 *
 * A window starts where the clock is a multiple of its length, so it turns over for everybody at once. `scale` shortens
 * every window alike (0.1 makes a minute of six seconds), and the exchange announces what it uses.
 */
type MeterInterval = 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY';

export interface WindowRule {
  readonly interval: MeterInterval;
  readonly intervalNum: number;
  readonly lengthMs: number;
  readonly limit: number;
  /** As in `X-MBX-USED-WEIGHT-1M`. */
  readonly label: string;
}

const LENGTH_MS: Readonly<Record<MeterInterval, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
};

export function windowRule(
  interval: MeterInterval,
  intervalNum: number,
  limit: number,
  scale = 1,
): WindowRule {
  const lengthMs = Math.round(LENGTH_MS[interval] * intervalNum * scale);
  if (scale === 1) return { interval, intervalNum, lengthMs, limit, label: `${intervalNum}${interval[0]}` };
  if (lengthMs % 1000 !== 0 || lengthMs === 0)
    throw new Error(
      'PAPER_WINDOW_SCALE (--window-scale) does not give rate-limit windows of whole seconds; use a scale such as 0.1, 0.2 or 0.5',
    );
  return { interval: 'SECOND', intervalNum: lengthMs / 1000, lengthMs, limit, label: `${lengthMs / 1000}S` };
}

const HISTORY_KEPT = 500;

/** One counter in one kind of window. */
class WindowCounter {
  private start = -1;
  private count = 0;
  /** What the last windows came to, oldest first, without the present one. */
  readonly history: { readonly start: number; readonly used: number }[] = [];

  constructor(readonly rule: WindowRule) {}

  used(now: number): number {
    this.turn(now);
    return this.count;
  }

  add(amount: number, now: number): number {
    this.turn(now);
    this.count = Math.max(this.count + amount, 0);
    return this.count;
  }

  /** When the present window ends. */
  endsAt(now: number): number {
    this.turn(now);
    return this.start + this.rule.lengthMs;
  }

  private turn(now: number): void {
    const start = Math.floor(now / this.rule.lengthMs) * this.rule.lengthMs;
    if (start === this.start) return;
    if (this.count > 0) this.history.push({ start: this.start, used: this.count });
    if (this.history.length > HISTORY_KEPT) this.history.shift();
    this.start = start;
    this.count = 0;
  }
}

export interface BanRules {
  /** How many refused requests of one window turn 429 into 418. Not documented: a setting. */
  readonly refusalsBeforeBan: number;
  readonly firstBanMs: number;
  readonly longestBanMs: number;
}

/** How long an IP that was banned this often before is banned now: from two minutes to three days. */
const banLength = ({ firstBanMs, longestBanMs }: BanRules, earlierBans: number): number =>
  Math.min(firstBanMs * 4 ** earlierBans, longestBanMs);

/** What one IP used, and whether it is shut out. */
export class IpMeter {
  readonly weight: WindowCounter;
  private readonly refused: WindowCounter;
  bannedUntil = 0;
  bans = 0;

  constructor(
    rule: WindowRule,
    private readonly rules: BanRules,
  ) {
    this.weight = new WindowCounter(rule);
    this.refused = new WindowCounter(rule);
  }

  /** Counts a request; answers whether it may pass. A refused one counts too. */
  admit(weight: number, now: number): 'ADMITTED' | 'TOO_MANY' | 'BANNED' {
    if (now < this.bannedUntil) return 'BANNED';
    if (this.weight.add(weight, now) <= this.weight.rule.limit) return 'ADMITTED';
    if (this.refused.add(1, now) <= this.rules.refusalsBeforeBan) return 'TOO_MANY';
    this.ban(banLength(this.rules, this.bans), now);
    return 'BANNED';
  }

  ban(lengthMs: number, now: number): void {
    this.bannedUntil = now + lengthMs;
    this.bans += 1;
  }
}

/** The order meters of one account: every rule counts at once. */
export class OrderMeter {
  readonly counters: readonly WindowCounter[];

  constructor(rules: readonly WindowRule[]) {
    this.counters = rules.map((rule) => new WindowCounter(rule));
  }

  /** The rule that has no room for this, if any; when all have, it is counted. `cost` is per rule. */
  admit(cost: readonly number[], now: number): WindowRule | undefined {
    const full = this.counters.find(
      (counter, index) => counter.used(now) + (cost[index] ?? 0) > counter.rule.limit,
    );
    if (full) return full.rule;
    this.counters.forEach((counter, index) => counter.add(cost[index] ?? 0, now));
    return undefined;
  }

  giveBack(amount: number, now: number): void {
    for (const counter of this.counters) counter.add(-amount, now);
  }
}
