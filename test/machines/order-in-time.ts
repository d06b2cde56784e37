/**
 * One order in simulated time: a small exchange that may or may not get the request, messages that come late, twice, in
 * another order or never, and a reconciler that asks. At the end the pure machine's record must be what the exchange
 * has, whatever happened on the way.
 */
import { Fill, JournalRecord, OrderStatus, isClosedStatus } from '@elvis/trading';
import { Absence, absenceAfter } from '../../apps/execution/src/domain/absence';
import { Evidence, VenueReport } from '../../apps/execution/src/domain/order-evidence';
import { hasAllFills, isSettled, evaluateEvidence } from '../../apps/execution/src/domain/order-lifecycle';
import { seeded } from '../load/seeded';

export interface RunResult {
  readonly problems: readonly string[];
  /** Which ways this run went, so that a suite can show that it went everywhere. */
  readonly ways: ReadonlySet<string>;
}

const SEND_BY_MS = 3_000;
const RECV_WINDOW_MS = 1_000;
const CLOCK_ERROR_MS = 50;
const END_MS = 60_000;

interface Timed {
  readonly at: number;
  readonly act: () => void;
}

export function runOrder(seed: number): RunResult {
  return new Run(seed).play();
}

class Run {
  private readonly chance: () => number;
  private readonly queue: Timed[] = [];
  private readonly problems: string[] = [];
  private readonly ways = new Set<string>();
  private now = 0;
  private record = intent();
  /** The exchange's own order, if the request ever arrived in time. */
  private theirs:
    { status: OrderStatus; filled: number; quantity: number; fills: Fill[]; at: number } | undefined;
  private trades = 0;
  private absence: Absence | undefined;
  private span = 'a';

  constructor(seed: number) {
    this.chance = seeded(seed);
  }

  play(): RunResult {
    const timestamp = Math.floor(this.chance() * SEND_BY_MS);
    const arrival = timestamp + Math.floor(this.chance() ** 3 * 8_000);
    if (this.chance() < 0.9) this.after(arrival, () => this.arrive(timestamp));
    else this.ways.add('request lost');
    if (this.chance() < 0.5)
      this.after(Math.floor(this.chance() * 10_000), () =>
        this.bring({ kind: 'no-answer', reason: 'timeout' }),
      );
    this.after(1_500, () => this.reconcile());
    if (this.chance() < 0.2) this.after(this.chance() * 8_000, () => (this.span = 'b'));
    while (this.queue.length > 0) {
      this.queue.sort((left, right) => left.at - right.at);
      const next = this.queue.shift();
      if (!next || next.at > END_MS) break;
      this.now = next.at;
      next.act();
    }
    this.checkWhatHappened();
    return { problems: this.problems, ways: this.ways };
  }

  private after(delayMs: number, act: () => void): void {
    this.queue.push({ at: this.now + delayMs, act });
  }

  /** The exchange accepts only inside the window; it may refuse even then. */
  private arrive(timestamp: number): void {
    if (this.now > timestamp + RECV_WINDOW_MS) {
      this.ways.add('too late');
      return this.deliver({ kind: 'refused', code: '-1021', reason: 'outside of the recvWindow' });
    }
    if (this.chance() < 0.15) {
      this.ways.add('refused');
      return this.deliver({ kind: 'refused', code: '-2019', reason: 'Margin is insufficient.' });
    }
    this.theirs = { status: 'NEW', filled: 0, quantity: 10, fills: [], at: this.now };
    this.ways.add('accepted');
    this.tell();
    this.live();
  }

  /** Fills, an amendment by a person, a cancel or an expiry, in some order, until it is closed. */
  private live(): void {
    this.after(1 + this.chance() * 4_000, () => {
      const order = this.theirs;
      if (!order || isClosedStatus(order.status)) return;
      order.at = this.now;
      const what = this.chance();
      if (what < 0.55) this.fill(1 + Math.floor(this.chance() * (order.quantity - order.filled)));
      else if (what < 0.65) {
        order.quantity = Math.floor(this.chance() * 14) + 1;
        this.ways.add('amended');
        if (order.filled > 0 && order.quantity <= order.filled) {
          this.ways.add(order.quantity < order.filled ? 'amended below its fills' : 'amended to its fills');
          return this.close('CANCELED');
        }
        this.tell();
      } else if (what < 0.8) this.close('CANCELED');
      else if (what < 0.85) this.close('EXPIRED');
      this.live();
    });
  }

  private fill(quantity: number): void {
    const order = this.theirs;
    if (!order) return;
    order.filled += quantity;
    order.status = order.filled === order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
    this.trades += 1;
    const fill = fillOf(`${this.trades}`, quantity, 100 + this.trades);
    order.fills.push(fill);
    this.ways.add(order.status);
    this.deliver({ kind: 'filled', report: this.report(), fill });
  }

  private close(status: 'CANCELED' | 'EXPIRED'): void {
    if (!this.theirs) return;
    this.theirs.status = status;
    this.ways.add(status);
    this.tell();
  }

  private tell(): void {
    this.deliver({ kind: 'reported', report: this.report() });
  }

  private report(): VenueReport {
    const { status, filled, quantity, at } = this.theirs ?? { status: 'NEW', filled: 0, quantity: 10, at: 0 };
    return {
      exchangeOrderId: '77',
      status,
      filledQuantity: `${filled}`,
      quantity: `${quantity}`,
      price: '100',
      atMs: at,
    };
  }

  /** Never, once, or several times; each time after a delay of its own. */
  private deliver(evidence: Evidence): void {
    const times = [0, 1, 1, 1, 2, 3][Math.floor(this.chance() * 6)] ?? 1;
    if (times === 0) this.ways.add('news lost');
    for (let time = 0; time < times; time += 1)
      this.after(this.chance() ** 2 * 9_000, () => this.bring(evidence));
  }

  /** Asks as the reconciler does, until nothing is unclear any more; then now and then, as the comparison does. */
  private reconcile(): void {
    if (isSettled(this.record) && this.theirs === undefined) {
      // A verdict of ours may still be disproved: the comparison goes on looking.
      return this.after(5_000, () => this.reconcile());
    }
    if (this.theirs) {
      this.absence = undefined;
      // Now and then the exchange does not show an order yet that it has.
      if (this.chance() < 0.1 && this.now < this.theirs.at + 500) this.miss();
      else {
        this.tellNow();
        for (const fill of this.theirs.fills) this.bring({ kind: 'filled', report: this.report(), fill });
      }
    } else this.miss();
    this.after(400 + this.chance() * 1_500, () => this.reconcile());
  }

  private tellNow(): void {
    this.bring({ kind: 'reported', report: this.report() });
  }

  private miss(): void {
    const { status } = this.record.view;
    if (status !== 'PENDING_NEW' && status !== 'UNKNOWN') return;
    this.absence = absenceAfter(this.absence, {
      nowMs: this.now,
      clockErrorMs: CLOCK_ERROR_MS,
      lastMomentMs: SEND_BY_MS + RECV_WINDOW_MS,
      span: this.span,
    });
    if (!this.absence?.isConcluded || this.theirs) return;
    this.ways.add('absent');
    this.bring({ kind: 'absent' });
  }

  private bring(evidence: Evidence): void {
    for (let again = 0; again < 3; again += 1) {
      const before = this.record;
      const judgement = evaluateEvidence(before, evidence, this.now);
      if (judgement.verdict === 'illegal') this.ways.add(`illegal ${evidence.kind}`);
      if (judgement.verdict !== 'changes') return;
      this.record = judgement.change.record;
      this.check(before, judgement.change.happened);
      if (!judgement.change.isPartOfIt) return;
    }
  }

  private check(before: JournalRecord, happened: string): void {
    const after = this.record;
    if (Number(after.view.filledQuantity) < Number(before.view.filledQuantity))
      this.problems.push('filled quantity fell');
    if (Number(after.view.filledQuantity) > Number(after.view.quantity))
      this.problems.push('filled beyond the quantity');
    if (new Set(after.appliedTradeIds).size !== (after.appliedTradeIds ?? []).length)
      this.problems.push('a fill was applied twice');
    const reopened = isClosedStatus(before.view.status) && !isClosedStatus(after.view.status);
    if (reopened) this.ways.add('reopened');
    if (reopened && happened !== 'reopened')
      this.problems.push(`${before.view.status} became ${after.view.status}`);
  }

  private checkWhatHappened(): void {
    const { view } = this.record;
    const { theirs } = this;
    if (!theirs) {
      if (view.status !== 'REJECTED') this.problems.push(`never there, and ${view.status} here`);
      return;
    }
    if (view.status !== theirs.status) this.problems.push(`${theirs.status} there, ${view.status} here`);
    if (Number(view.quantity) !== Math.max(theirs.quantity, theirs.filled))
      this.problems.push(`of ${theirs.quantity} there, of ${view.quantity} here`);
    if (Number(view.filledQuantity) !== theirs.filled)
      this.problems.push(`${theirs.filled} there, ${view.filledQuantity} here`);
    if (!hasAllFills(this.record) || (this.record.appliedTradeIds ?? []).length !== theirs.fills.length)
      this.problems.push('fills are missing');
  }
}

function intent(): JournalRecord {
  const order = {
    clientOrderId: 'sim',
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '10',
    price: '100',
  } as const;
  return {
    version: 1,
    type: 'INTENT',
    order,
    view: {
      ...order,
      filledQuantity: '0',
      status: 'PENDING_NEW',
      decisionId: 'd',
      actor: 'sim',
      createdAtMs: 0,
      updatedAtMs: 0,
    },
    sendByMs: SEND_BY_MS,
    recvWindowMs: RECV_WINDOW_MS,
  };
}

const fillOf = (tradeId: string, quantity: number, price: number): Fill => ({
  tradeId,
  market: 'futures',
  symbol: 'BTCUSDT',
  clientOrderId: 'sim',
  exchangeOrderId: '77',
  side: 'BUY',
  price: `${price}`,
  quantity: `${quantity}`,
  quoteQuantity: `${quantity * price}`,
  fee: '0',
  feeAsset: 'USDT',
  realizedPnl: '0',
  isMaker: true,
  tradedAtMs: 0,
});
