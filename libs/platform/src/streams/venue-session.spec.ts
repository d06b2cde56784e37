import fc from 'fast-check';
import { MARKET_RULES, SessionRules } from './session-rules';
import { SessionAction, VenueSession } from './venue-session';

const RULES: SessionRules = { ...MARKET_RULES, rotateMs: 3_600_000 };

/** A session with a clock of its own; `did` are the actions since the last look. */
class Case {
  nowMs = 0;
  readonly session: VenueSession;
  private actions: SessionAction[] = [];

  constructor(rules: Partial<SessionRules> = {}) {
    this.session = new VenueSession({ ...RULES, ...rules }, () => 1);
  }

  do(...actions: (readonly SessionAction[])[]): this {
    this.actions.push(...actions.flat());
    return this;
  }

  /** Time passes in ticks of 100 ms. */
  after(ms: number): this {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 100;
      this.do(this.session.tick(this.nowMs));
    }
    return this;
  }

  want(...names: string[]): this {
    return this.do(this.session.want(names, this.nowMs));
  }

  opened(link: number, carried: string[] = []): this {
    return this.do(this.session.opened(link, carried, this.nowMs));
  }

  data(link: number): this {
    return this.do(this.session.heardData(link, this.nowMs));
  }

  confirmed(link: number, which: number | string[]): this {
    return this.do(this.session.heardControl(link, { confirmed: which }, this.nowMs));
  }

  closed(link: number): this {
    return this.do(this.session.closed(link, 'closed with 1006', this.nowMs));
  }

  did(): string[] {
    return this.actions.splice(0).map((action) => {
      switch (action.do) {
        case 'subscribe':
        case 'unsubscribe':
          return `${action.do} ${action.link}: ${action.names.join(' ')}`;
        case 'lost':
          return `lost: ${action.kind}, again in ${action.retryInMs}`;
        case 'refused':
          return `refused: ${action.names.join(' ')}`;
        case 'alert':
          return `alert after ${action.failed}`;
        default:
          return `${action.do} ${action.link}`;
      }
    });
  }
}

const live = (rules: Partial<SessionRules> = {}): Case => {
  const made = new Case(rules).want('a', 'b').opened(1).confirmed(1, 1).data(1);
  made.did();
  return made;
};

/** Live for so long that a loss is not a failed try. */
const settled = (rules: Partial<SessionRules> = {}): Case => {
  const made = live(rules);
  for (let second = 0; second < 11; second += 1) made.after(1_000).data(1);
  made.did();
  return made;
};

describe('the session of a stream', () => {
  it('has no connection while nothing is wanted, and none any more when nothing is', () => {
    const { session } = new Case();
    expect([session.state, session.tick(1)]).toEqual(['IDLE', []]);
    const open = live();
    expect(open.want().did()).toEqual(['close 1']);
    expect(open.session.state).toBe('IDLE');
  });

  it('connects, subscribes to what is wanted, and is live when that is confirmed', () => {
    const made = new Case().want('a', 'b');
    expect([made.did(), made.session.state]).toEqual([['dial 1'], 'CONNECTING']);
    made.opened(1);
    expect([made.did(), made.session.state]).toEqual([['adopt 1', 'subscribe 1: a b'], 'SUBSCRIBING']);
    made.confirmed(1, ['a']).confirmed(1, ['b']);
    expect([made.did(), made.session.state]).toEqual([['live 1'], 'LIVE']);
  });

  it('is live at once where the address carries the subscriptions', () => {
    expect(new Case().want('a').opened(1, ['a']).did()).toEqual(['dial 1', 'adopt 1', 'live 1']);
  });

  it('asks for what is added and gives up what is not wanted, one frame per pause', () => {
    const made = live();
    made.after(300).want('b', 'c').want('b', 'c', 'd');
    expect(made.did()).toEqual(['subscribe 1: c']);
    made.data(1).after(600);
    expect(made.did()).toEqual(['subscribe 1: d', 'unsubscribe 1: a']);
  });

  it('subscribes to the whole table again on the next connection, whatever happened to it meanwhile', () => {
    const made = settled();
    made.closed(1);
    expect([made.did(), made.session.state]).toEqual([['close 1', 'lost: cut, again in 250'], 'BACKING_OFF']);
    made.want('b', 'c').after(300).opened(2);
    expect(made.did()).toEqual(['dial 2', 'adopt 2', 'subscribe 2: b c']);
  });

  it('says that it is silent, asks for a sign of life, and then cuts the connection', () => {
    const made = settled();
    made.after(2_500);
    expect([made.did(), made.session.state]).toEqual([['probe 1'], 'SILENT']);
    made.data(1);
    expect(made.session.state).toBe('LIVE');
    made.after(5_000);
    expect(made.did()).toEqual(['probe 1', 'close 1', 'lost: silent, again in 250']);
  });

  it('takes an answered ping for life only where a day may pass without data', () => {
    const [market, account] = [live(), live({ framesCount: true })];
    for (const { session, after } of [market, account].map((made) => ({
      session: made.session,
      after: (ms: number) => made.after(ms),
    }))) {
      after(2_000);
      session.heardFrame(1, 2_000);
      after(1_000);
    }
    expect([market.session.state, account.session.state]).toEqual(['SILENT', 'LIVE']);
  });

  it('calls nobody silent after a pause of its own', () => {
    const made = live().after(1_000);
    made.nowMs += 60_000;
    expect(made.do(made.session.tick(made.nowMs)).did()).toEqual([]);
    expect(made.session.state).toBe('LIVE');
  });

  it.each([
    ['does not open', (made: Case) => made.want('a').after(5_000)],
    ['does not confirm', (made: Case) => made.want('a').opened(1).after(5_000)],
  ])('gives a connection up as slow that %s', (_, begin) => {
    const made = new Case();
    begin(made);
    expect(made.did().slice(-2)).toEqual(['close 1', 'lost: slow, again in 250']);
  });

  it('gives a connection up as slow that does not confirm a later subscription', () => {
    const made = live().after(300).want('a', 'b', 'c');
    for (let second = 0; second < 5; second += 1) made.after(1_000).data(1);
    expect(made.did()).toEqual(['subscribe 1: c', 'close 1', 'lost: slow, again in 250']);
  });

  it('waits longer after each failed try, and after ten tries alerts and tries once a minute', () => {
    const made = new Case().want('a');
    const waits: string[] = [];
    for (let link = 1; link <= 13; link += 1) {
      made.did();
      waits.push(...made.closed(link).did().slice(1));
      while (made.session.state === 'BACKING_OFF') made.after(100);
    }
    expect(waits).toEqual([
      ...[250, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000].map(
        (wait) => `lost: refused, again in ${wait}`,
      ),
      'alert after 10',
      'lost: refused, again in 66000',
      'lost: refused, again in 66000',
    ]);
  });

  it('begins with short waits again only after a connection that settled', () => {
    const made = live();
    made.closed(1).after(300).opened(2, ['a', 'b']).after(2_000).closed(2);
    expect(made.did().filter((text) => text.startsWith('lost'))).toEqual([
      'lost: cut, again in 250',
      'lost: cut, again in 5000',
    ]);
    made.after(5_000).opened(3, ['a', 'b']);
    for (let second = 0; second < 11; second += 1) made.after(1_000).data(3);
    expect(made.closed(3).did()).toContain('lost: cut, again in 250');
  });

  it('puts a successor in its place before the time is up, which delivers from its first data on', () => {
    const made = live({ rotateMs: 2_000 }).after(1_900).data(1).after(200);
    expect([made.did(), made.session.state]).toEqual([['dial 2'], 'DRAINING']);
    made.opened(2).data(2);
    expect([made.did(), made.session.isCurrent(1)]).toEqual([['subscribe 2: a b'], true]);
    made.confirmed(2, ['a', 'b']);
    expect([made.did(), made.session.isCurrent(1)]).toEqual([[], true]);
    expect(made.data(2).did()).toEqual(['adopt 2', 'live 2', 'close 1']);
    expect(made.session.state).toBe('LIVE');
  });

  it('keeps the old connection when the successor cannot be had, and tries again in a minute', () => {
    const made = live({ rotateMs: 2_000 }).after(1_900).data(1).after(200).closed(2);
    for (let second = 0; second < 61; second += 1) made.data(1).after(1_000);
    expect(made.did()).toEqual(['dial 2', 'dial 3']);
  });

  it('goes on with the successor when the old connection ends first', () => {
    const made = live();
    made.do(made.session.heardControl(1, 'ending', made.nowMs)).closed(1);
    expect([made.did(), made.session.state]).toEqual([
      ['dial 2', 'lost: cut, again in 0', 'close 1'],
      'CONNECTING',
    ]);
    expect(made.opened(2, ['a', 'b']).did()).toEqual(['adopt 2', 'live 2']);
  });

  it('goes on without a subscription that is refused, and asks for it again in a minute', () => {
    const made = new Case().want('a', 'b').opened(1).confirmed(1, ['a']);
    made.do(made.session.heardControl(1, { refused: ['b'], reason: 'no such product' }, made.nowMs));
    expect(made.did().slice(-2)).toEqual(['refused: b', 'live 1']);
    for (let second = 0; second < 61; second += 1) made.data(1).after(1_000);
    expect(made.did()).toEqual(['subscribe 1: b']);
  });

  it('backs off when everything is refused', () => {
    const made = new Case().want('a').opened(1);
    made.do(made.session.heardControl(1, { refused: 1, reason: 'no' }, made.nowMs));
    expect(made.did().slice(-3)).toEqual(['refused: a', 'close 1', 'lost: refused, again in 250']);
  });

  it('ends live with exactly what is wanted, whatever befell it', () => {
    const names = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 });
    const event = fc.oneof(
      fc.record({ kind: fc.constant('want' as const), names }),
      fc.record({
        kind: fc.constantFrom('cut' as const, 'rotate' as const, 'data' as const, 'replace' as const),
      }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 9_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), names, (events, last) => {
        const venue = new Venue();
        venue.want(['a']);
        for (const happened of events) {
          if (happened.kind === 'want') venue.want(happened.names);
          else if (happened.kind === 'wait') venue.wait(happened.ms);
          else venue.befall(happened.kind);
        }
        venue.want(last);
        venue.wait(200_000);
        expect(venue.session.state).toBe('LIVE');
        expect(venue.open).toHaveLength(1);
        expect(venue.subscribed()).toEqual([...last].sort());
      }),
      { numRuns: 200 },
    );
  });
});

/** A venue that opens and confirms what it is asked for, in the next tick, and sends data each second. */
class Venue {
  readonly session = new VenueSession(RULES, () => 0.5);
  readonly links = new Map<number, Set<string>>();
  private nowMs = 0;
  private later: (() => readonly SessionAction[])[] = [];

  get open(): readonly number[] {
    return [...this.links.keys()];
  }

  subscribed(): string[] {
    return [...(this.links.get(this.open[0] ?? 0) ?? [])].sort();
  }

  want(names: readonly string[]): void {
    this.perform(this.session.want(names, this.nowMs));
  }

  befall(kind: 'cut' | 'rotate' | 'data' | 'replace'): void {
    const [link = 0] = this.open;
    if (kind === 'data') this.perform(this.session.heardData(link, this.nowMs));
    else if (kind === 'rotate') this.perform(this.session.rotate(this.nowMs));
    else if (kind === 'replace') this.perform(this.session.replace('slow', 'a test', this.nowMs));
    else if (this.links.delete(link)) this.perform(this.session.closed(link, 'a test', this.nowMs));
  }

  wait(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 100;
      for (const work of this.later.splice(0)) this.perform(work());
      if (this.nowMs % 1_000 === 0)
        for (const link of this.open) this.perform(this.session.heardData(link, this.nowMs));
      this.perform(this.session.tick(this.nowMs));
    }
  }

  private perform(actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (action.do === 'dial')
        this.later.push(() => {
          this.links.set(action.link, new Set());
          return this.session.opened(action.link, [], this.nowMs);
        });
      else if (action.do === 'close') this.links.delete(action.link);
      else if (action.do === 'subscribe' || action.do === 'unsubscribe') {
        for (const name of action.names)
          this.links.get(action.link)?.[action.do === 'subscribe' ? 'add' : 'delete'](name);
        if (action.do === 'subscribe')
          this.later.push(() =>
            this.session.heardControl(action.link, { confirmed: action.request }, this.nowMs),
          );
      }
    }
  }
}
