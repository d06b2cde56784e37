/** What the exchange received and did with it, minute by minute and since the mark: the instrument of every later benchmark. */
interface Tally {
  received: number;
  accepted: number;
  refused: number;
  /** Refused with -1021 or -5028. */
  outdated: number;
  /** Refused with 429 or 418. */
  limited: number;
  ordersReceived: number;
  ordersAccepted: number;
  ordersRefused: number;
  ordersOutdated: number;
}

/** When an order reached the exchange, on the machine's monotonic clock, which every process on it shares. */
interface Arrival {
  readonly clientOrderId: string;
  readonly receivedAtMonotonicMs: number;
}

/** An order, a change or a cancel as it met the order book. */
interface Met {
  readonly call: string;
  readonly clientOrderId: string | undefined;
  /** The exchange's clock, with fractions: everything that was due by then had been played, and nothing after it. */
  readonly atMs: number;
}

/** What was not played yet came so much later, because the machine was too slow for the pace. */
interface Slip {
  /** When the first of it was due, on the steady clock. */
  readonly dueMs: number;
  readonly ms: number;
}

const MINUTES_KEPT = 1_440;
const ARRIVALS_KEPT = 20_000;
const CLIENT_ORDER_ID = /(?:^|&)newClientOrderId=([^&]*)/;
const NAMED_ORDER_ID = /(?:^|&)(?:newClientOrderId|origClientOrderId|clientAlgoId)=([^&]*)/;
const OUTDATED: readonly number[] = [-1021, -5028];

const empty = (): Tally => ({
  received: 0,
  accepted: 0,
  refused: 0,
  outdated: 0,
  limited: 0,
  ordersReceived: 0,
  ordersAccepted: 0,
  ordersRefused: 0,
  ordersOutdated: 0,
});

export class Measure {
  private readonly minutes = new Map<number, Tally>();
  private total = empty();
  private marked = { at: 0, tally: empty() };
  private codes = new Map<number, number>();
  private readonly metTexts: { readonly call: string; readonly text: string; readonly atMs: number }[] = [];
  private readonly putOff: Slip[] = [];
  private readonly orderTexts: { readonly text: string; readonly at: number }[] = [];

  /** Notes the moment an order's request was read whole; it is parsed only for the report. */
  orderArrived(text: string): void {
    this.orderTexts.push({ text, at: Number(process.hrtime.bigint()) / 1e6 });
    if (this.orderTexts.length > ARRIVALS_KEPT) this.orderTexts.splice(0, ARRIVALS_KEPT / 10);
  }

  /** Notes the moment in which an order, a change or a cancel met the order book. */
  met(call: string, text: string, atMs: number): void {
    this.metTexts.push({ call, text, atMs });
    if (this.metTexts.length > ARRIVALS_KEPT) this.metTexts.splice(0, ARRIVALS_KEPT / 10);
  }

  slipped(dueMs: number, ms: number): void {
    this.putOff.push({ dueMs, ms });
    if (this.putOff.length > ARRIVALS_KEPT) this.putOff.splice(0, ARRIVALS_KEPT / 10);
  }

  /** The newest of them, oldest first. */
  slips(): readonly Slip[] {
    return this.putOff;
  }

  /** The newest of them, oldest first. */
  meetings(): Met[] {
    return this.metTexts.map(({ call, text, atMs }) => {
      const id = NAMED_ORDER_ID.exec(text)?.[1];
      return { call, clientOrderId: id === undefined ? undefined : decodeURIComponent(id), atMs };
    });
  }

  /** The newest arrivals, oldest first. */
  arrivals(): Arrival[] {
    return this.orderTexts.flatMap(({ text, at }) => {
      const id = CLIENT_ORDER_ID.exec(text)?.[1];
      return id === undefined ? [] : [{ clientOrderId: decodeURIComponent(id), receivedAtMonotonicMs: at }];
    });
  }

  /** @param code Binance's error code, when the call was refused */
  count(now: number, isOrder: boolean, status: number, code: number | undefined): void {
    for (const tally of [this.total, this.marked.tally, this.minute(now)]) {
      tally.received += 1;
      if (status < 400) tally.accepted += 1;
      else tally.refused += 1;
      if (status === 429 || status === 418) tally.limited += 1;
      const outdated = code !== undefined && OUTDATED.includes(code);
      if (outdated) tally.outdated += 1;
      if (!isOrder) continue;
      tally.ordersReceived += 1;
      if (status < 400) tally.ordersAccepted += 1;
      else tally.ordersRefused += 1;
      if (outdated) tally.ordersOutdated += 1;
    }
    if (code !== undefined) this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
  }

  mark(now: number): void {
    this.marked = { at: now, tally: empty() };
    this.codes = new Map();
  }

  report(): unknown {
    return {
      total: this.total,
      sinceMark: { markedAt: this.marked.at, ...this.marked.tally, byCode: Object.fromEntries(this.codes) },
      byMinute: [...this.minutes].map(([minute, tally]) => ({ minute: minute * 60_000, ...tally })),
    };
  }

  private minute(now: number): Tally {
    const minute = Math.floor(now / 60_000);
    let tally = this.minutes.get(minute);
    if (!tally) {
      tally = empty();
      this.minutes.set(minute, tally);
      const oldest = this.minutes.keys().next().value;
      if (this.minutes.size > MINUTES_KEPT && oldest !== undefined) this.minutes.delete(oldest);
    }
    return tally;
  }
}
