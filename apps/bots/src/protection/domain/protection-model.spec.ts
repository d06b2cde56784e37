/**
 * The rules of protection against an exchange in memory that loses answers, refuses, halts and is restarted upon: whatever
 * happens in whatever order, a position is covered, or the alert is raised within two seconds and a sweep, and it is closed
 * once it could have been protected for ten; and when all is well again exactly what is wanted rests.
 */
import { aView, anInstrument } from '@elvis/testing';
import { Decimal, OrderContent, OrderView, ZERO } from '@elvis/trading';
import fc from 'fast-check';
import { Breach, breachAfter } from './breach';
import { closes, isCovered, isLive } from './coverage';
import { Held, NO_PROTECTION, ProtectionTerms } from './levels';
import { planProtection } from './plan-protection';
import { ListContent, ProtectionAction, Refused } from './protection-actions';
import { roleOf } from './protection-ids';

const d = (value: string | number): Decimal => new Decimal(value);

type Happening =
  | { readonly what: 'fill'; readonly quantity: number; readonly price: number }
  | { readonly what: 'taken'; readonly share: number }
  | { readonly what: 'stop-hit' }
  | { readonly what: 'refuse'; readonly times: number; readonly code: string }
  | { readonly what: 'lose'; readonly times: number; readonly arrives: boolean }
  | { readonly what: 'settle' }
  | { readonly what: 'canceled-by-hand' }
  | { readonly what: 'halt' }
  | { readonly what: 'clear' }
  | { readonly what: 'restart' }
  | { readonly what: 'pass'; readonly seconds: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    what: fc.constant('fill' as const),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 900, max: 1_100 }),
  }),
  fc.record({ what: fc.constant('taken' as const), share: fc.constantFrom(0.5, 1) }),
  fc.constant({ what: 'stop-hit' as const }),
  fc.record({
    what: fc.constant('refuse' as const),
    times: fc.integer({ min: 1, max: 5 }),
    code: fc.constantFrom('-2021', '-1001', 'MARK_STALE', 'TRIGGER_WRONG_SIDE'),
  }),
  fc.record({
    what: fc.constant('lose' as const),
    times: fc.integer({ min: 1, max: 3 }),
    arrives: fc.boolean(),
  }),
  fc.constant({ what: 'settle' as const }),
  fc.constant({ what: 'canceled-by-hand' as const }),
  fc.constant({ what: 'halt' as const }),
  fc.constant({ what: 'clear' as const }),
  fc.constant({ what: 'restart' as const }),
  fc.record({ what: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 15 }) }),
);

const TERMS: readonly ProtectionTerms[] = [
  { ...NO_PROTECTION, stop: d('0.01') },
  { ...NO_PROTECTION, stop: d('0.01'), targets: [{ at: d('0.02'), share: d(1) }] },
  { ...NO_PROTECTION, trailing: d('0.01') },
  {
    ...NO_PROTECTION,
    stop: d('0.01'),
    trailing: d('0.02'),
    targets: [
      { at: d('0.02'), share: d('0.5') },
      { at: d('0.03'), share: d('0.5') },
    ],
  },
];

class Model {
  private readonly orders = new Map<string, OrderView>();
  private refused: Refused[] = [];
  private quantity = ZERO;
  private cost = ZERO;
  private steps = 0;
  private atMs = 0;
  private bareSinceMs: number | undefined;
  private closableSinceMs: number | undefined;
  private hasAlerted = false;
  private breach: Breach | undefined;
  private mustClose = false;
  private isHalted = false;
  private refusals = { times: 0, code: '' };
  private losses = { times: 0, arrives: false };

  constructor(
    private readonly market: 'futures' | 'spot',
    private readonly terms: ProtectionTerms,
  ) {}

  get held(): Held | undefined {
    if (this.quantity.isZero()) return undefined;
    const entryPrice = this.cost.div(this.quantity);
    return { quantity: this.quantity, entryPrice, added: this.quantity, openedAtMs: 0, extreme: entryPrice };
  }

  get isProtected(): boolean {
    return !this.held || isCovered(this.held, this.terms, this.alive);
  }

  get alive(): readonly OrderView[] {
    return [...this.orders.values()];
  }

  happen(next: Happening): void {
    switch (next.what) {
      case 'fill':
        if (this.isHalted) return;
        this.cost = this.cost.plus(d(next.quantity).times(next.price));
        this.quantity = this.quantity.plus(next.quantity);
        return this.look();
      case 'taken':
        this.reduce(this.quantity.times(next.share).floor());
        return this.look();
      case 'stop-hit': {
        const stop = this.alive.find((order) => isLive(order) && roleOf(order.clientOrderId) === 'stop');
        if (!stop) return;
        this.end(stop.clientOrderId);
        this.reduce(stop.closePosition ? this.quantity : d(stop.quantity));
        return this.look();
      }
      case 'refuse':
        this.refusals = next;
        return;
      case 'lose':
        this.losses = next;
        return;
      case 'settle':
        return this.settle();
      case 'canceled-by-hand': {
        const [first] = this.alive.filter(isLive);
        if (first) this.end(first.clientOrderId);
        return this.look();
      }
      case 'halt':
        this.isHalted = true;
        for (const order of this.alive) this.end(order.clientOrderId);
        return this.look();
      case 'clear':
        this.isHalted = false;
        return this.look();
      case 'restart':
        this.breach = undefined;
        this.hasAlerted = false;
        this.bareSinceMs = this.closableSinceMs = undefined;
        return this.look();
      case 'pass':
        for (let second = 0; second < next.seconds; second += 1) {
          this.atMs += 1_000;
          // The reconciler settles what is unknown within a few seconds.
          if (second % 4 === 3) this.settle();
          this.look();
        }
    }
  }

  /** All is well again. */
  heal(): void {
    this.isHalted = false;
    this.refusals = { times: 0, code: '' };
    this.losses = { times: 0, arrives: false };
    this.happen({ what: 'pass', seconds: 20 });
  }

  planned(): readonly ProtectionAction[] {
    return this.plan().actions;
  }

  /** A sweep, or the look after an event: the plan is carried out, and the invariant judged on what then rests. */
  private look(): void {
    if (!this.isHalted) {
      for (let round = 0; round < 3; round += 1) {
        const { actions } = this.plan();
        if (actions.length === 0) break;
        for (const action of actions) if (!this.carryOut(action)) break;
      }
    }
    const seen = { isCovered: this.isProtected, mayReduce: !this.isHalted, atMs: this.atMs };
    const verdict = breachAfter(this.breach, seen);
    this.breach = verdict.breach;
    this.mustClose = verdict.mustClose;
    this.hasAlerted = this.isProtected ? false : this.hasAlerted || verdict.alert;
    this.bareSinceMs = this.isProtected ? undefined : (this.bareSinceMs ?? this.atMs);
    this.closableSinceMs =
      this.isProtected || this.isHalted ? undefined : (this.closableSinceMs ?? this.atMs);
    const bareMs = this.atMs - (this.bareSinceMs ?? this.atMs);
    if (bareMs > 3_000) expect(this.hasAlerted).toBe(true);
    const closableMs = this.atMs - (this.closableSinceMs ?? this.atMs);
    if (closableMs > 11_000) expect(this.plan().closing ?? 'on its way').not.toBeNull();
    expect(this.quantity.gte(0)).toBe(true);
  }

  private plan(): ReturnType<typeof planProtection> {
    this.steps += 1;
    return planProtection({
      step: `b.k.1.${this.steps.toString(36)}`,
      botConfigId: 'bot',
      instrument: anInstrument({
        market: this.market,
        tickSize: d('0.1'),
        marketMaxQuantity: d(1_000),
        minNotional: ZERO,
      }),
      held: this.held,
      terms: this.terms,
      orders: this.alive,
      refused: this.refused,
      reached: 0,
      close: this.mustClose ? 'unprotected' : null,
      price: null,
      nowMs: this.atMs,
    });
  }

  private carryOut(action: ProtectionAction): boolean {
    if (action.kind === 'cancel') {
      this.end(action.clientOrderId);
      return true;
    }
    const contents = action.kind === 'place' ? [action.order] : legsOf(action.list);
    if (this.refusals.times > 0 && contents[0]!.type !== 'MARKET') {
      this.refusals = { ...this.refusals, times: this.refusals.times - 1 };
      const { clientOrderId } = contents.at(-1)!;
      this.refused.push({ clientOrderId, code: this.refusals.code });
      return true;
    }
    const isLost = this.losses.times > 0 && contents[0]!.type !== 'MARKET';
    if (isLost) this.losses = { ...this.losses, times: this.losses.times - 1 };
    for (const content of contents) this.take(content, isLost ? 'UNKNOWN' : 'NEW');
    return true;
  }

  private take(content: OrderContent, status: OrderView['status']): void {
    const isSecond = this.alive.some(
      (order) => order.closePosition && content.closePosition && order.type === content.type,
    );
    // The exchange takes one order of a kind that closes the position.
    expect(isSecond).toBe(false);
    if (content.type === 'MARKET') return this.reduce(Decimal.min(content.quantity, this.quantity));
    const locked = this.alive.reduce(
      (sum, { quantity, type }) => (type === 'LIMIT_MAKER' ? sum : sum.plus(quantity)),
      ZERO,
    );
    if (this.market === 'spot' && content.type !== 'LIMIT_MAKER')
      expect(locked.plus(content.quantity).lte(this.quantity)).toBe(true);
    this.orders.set(content.clientOrderId, aView({ ...content, status }));
  }

  /** What was unknown is known: it arrived, or never will. */
  private settle(): void {
    for (const order of this.alive) {
      if (order.status !== 'UNKNOWN') continue;
      if (this.losses.arrives && !this.isHalted)
        this.orders.set(order.clientOrderId, { ...order, status: 'NEW' });
      else this.orders.delete(order.clientOrderId);
    }
  }

  /** On spot what hangs together with an order ends with it. */
  private end(clientOrderId: string): void {
    const order = this.orders.get(clientOrderId);
    this.orders.delete(clientOrderId);
    const { orderListId } = order ?? {};
    if (orderListId === undefined) return;
    for (const other of this.alive)
      if (other.orderListId === orderListId) this.orders.delete(other.clientOrderId);
  }

  private reduce(quantity: Decimal): void {
    const left = this.quantity.minus(quantity);
    this.cost = left.isZero() ? ZERO : this.cost.times(left).div(this.quantity);
    this.quantity = left;
    if (this.market === 'spot') this.trim();
    if (!left.isZero()) return;
    this.refused = [];
    // What closes the position ends with it at the exchange.
    for (const order of this.alive) if (order.closePosition) this.orders.delete(order.clientOrderId);
  }

  /** Nobody can sell by hand what is locked: the lists went before. */
  private trim(): void {
    for (const order of this.alive) this.orders.delete(order.clientOrderId);
  }
}

const legsOf = ({ orderListId, target, stop, ...shared }: ListContent): OrderContent[] => [
  { ...shared, ...target, orderListId, market: 'spot', type: 'LIMIT_MAKER' },
  { ...shared, ...stop, orderListId, market: 'spot', type: 'STOP_LOSS_LIMIT' },
];

describe.each(['futures', 'spot'] as const)(
  'any sequence of fills, refusals, halts and restarts on %s',
  (market) => {
    it('no position of a bot stays without a stop for more than two seconds, or the alert is raised and it is closed', () => {
      fc.assert(
        fc.property(fc.constantFrom(...TERMS), fc.array(happening, { maxLength: 30 }), (terms, story) => {
          const model = new Model(market, terms);
          for (const each of story) model.happen(each);
          model.heal();
          expect(model.isProtected).toBe(true);
          expect(model.planned()).toEqual([]);
          const { held } = model;
          if (!held) return expect(model.alive).toEqual([]);
          expect(model.alive.every((order) => isLive(order) && closes(order, held))).toBe(true);
          const stops = model.alive.filter(({ clientOrderId }) => roleOf(clientOrderId) === 'stop');
          if (market === 'futures') expect(stops.length).toBe(terms.stop ? 1 : 0);
        }),
        { numRuns: 300 },
      );
    });
  },
);
