import { Decimal, Fill, JournalRecord, OrderStatus, isClosedStatus } from '@elvis/trading';
import fc from 'fast-check';
import { aFill, aRecord } from '@elvis/testing';
import { Change, Evidence, VenueReport } from './order-evidence';
import { isSettled, evaluateEvidence } from './order-lifecycle';

const intent = (view: Partial<JournalRecord['view']> = {}): JournalRecord =>
  aRecord({ status: 'PENDING_NEW', ...view }, { type: 'INTENT' });

const report = (status: OrderStatus, filledQuantity = '0'): VenueReport => ({
  exchangeOrderId: '77',
  status,
  filledQuantity,
});

const fill = (tradeId: string, quantity: string, price = '100'): Fill =>
  aFill({
    ...{ tradeId, quantity, price, quoteQuantity: new Decimal(quantity).times(price).toFixed(), fee: '0' },
    ...{ baseAsset: 'BTC', quoteAsset: 'USDT', tradedAtMs: 5 },
  });

/** The change that the evidence makes, if it makes one. */
const changeBy = (record: JournalRecord, evidence: Evidence): Change | undefined => {
  const judgement = evaluateEvidence(record, evidence, 9);
  return judgement.verdict === 'changes' ? judgement.change : undefined;
};

/** The record after the evidence, brought again where one change took only part of it. */
const bring = (record: JournalRecord, evidence: Evidence): JournalRecord => {
  const change = changeBy(record, evidence);
  if (!change) return record;
  return change.isPartOfIt ? bring(change.record, evidence) : change.record;
};

const after = (record: JournalRecord, ...evidence: Evidence[]): JournalRecord =>
  evidence.reduce(bring, record);

describe('order lifecycle', () => {
  it.each`
    before           | evidence                                                                                 | status                | happened
    ${'PENDING_NEW'} | ${{ kind: 'reported', report: report('NEW') }}                                           | ${'NEW'}              | ${'placed'}
    ${'PENDING_NEW'} | ${{ kind: 'reported', report: report('FILLED', '1') }}                                   | ${'FILLED'}           | ${'placed'}
    ${'PENDING_NEW'} | ${{ kind: 'reported', report: report('EXPIRED') }}                                       | ${'EXPIRED'}          | ${'expired'}
    ${'PENDING_NEW'} | ${{ kind: 'refused', code: '-2019', reason: 'Margin is insufficient.' }}                 | ${'REJECTED'}         | ${'rejected'}
    ${'PENDING_NEW'} | ${{ kind: 'no-answer', reason: 'timeout' }}                                              | ${'UNKNOWN'}          | ${'unknown'}
    ${'UNKNOWN'}     | ${{ kind: 'reported', report: report('NEW') }}                                           | ${'NEW'}              | ${'placed'}
    ${'UNKNOWN'}     | ${{ kind: 'absent' }}                                                                    | ${'REJECTED'}         | ${'rejected'}
    ${'NEW'}         | ${{ kind: 'filled', report: report('PARTIALLY_FILLED', '0.4'), fill: fill('1', '0.4') }} | ${'PARTIALLY_FILLED'} | ${'filled'}
    ${'NEW'}         | ${{ kind: 'reported', report: report('CANCELED') }}                                      | ${'CANCELED'}         | ${'canceled'}
    ${'NEW'}         | ${{ kind: 'filled', report: report('FILLED', '1'), fill: fill('1', '1') }}               | ${'FILLED'}           | ${'filled'}
  `('turns $before into $status on $evidence.kind evidence', ({ before, evidence, status, happened }) => {
    const change = changeBy(intent({ status: before }), evidence as Evidence);
    expect(change).toMatchObject({ happened, record: { type: 'OUTCOME', view: { status, updatedAtMs: 9 } } });
  });

  it.each`
    standing      | evidence
    ${'NEW'}      | ${{ kind: 'refused', code: '-1', reason: 'late' }}
    ${'NEW'}      | ${{ kind: 'no-answer', reason: 'late' }}
    ${'FILLED'}   | ${{ kind: 'no-answer', reason: 'late' }}
    ${'REJECTED'} | ${{ kind: 'refused', code: '-1', reason: 'again' }}
  `('ignores $evidence.kind evidence once the order is $standing', ({ standing, evidence }) => {
    expect(
      changeBy(intent({ status: standing, exchangeOrderId: '77' }), evidence as Evidence),
    ).toBeUndefined();
  });

  it.each(['DENIED', 'VOID', 'RELEASED'] as const)(
    'applies nothing to a %s record: that order was never sent',
    (type) => {
      const record = { ...intent(), type };
      expect(changeBy(record, { kind: 'reported', report: report('NEW') })).toBeUndefined();
      expect(evaluateEvidence(record, { kind: 'reported', report: report('NEW') }, 9).verdict).toBe(
        'illegal',
      );
      expect(evaluateEvidence(record, { kind: 'absent' }, 9).verdict).toBe('known');
    },
  );

  it('keeps the fills of an order that was canceled before their news arrived, and stays canceled', () => {
    const record = after(
      intent({ status: 'NEW' }),
      { kind: 'reported', report: report('CANCELED', '0.4') },
      { kind: 'filled', report: report('PARTIALLY_FILLED', '0.4'), fill: fill('1', '0.4') },
    );
    expect(record.view).toMatchObject({ status: 'CANCELED', filledQuantity: '0.4', averagePrice: '100' });
    expect(isSettled(record)).toBe(true);
  });

  it('is not settled while a fill that the exchange counted has not been seen itself', () => {
    const record = after(intent(), { kind: 'reported', report: report('FILLED', '1') });
    expect(isSettled(record)).toBe(false);
    expect(
      isSettled(after(record, { kind: 'filled', report: report('FILLED', '1'), fill: fill('1', '1') })),
    ).toBe(true);
  });

  it('averages the price over the fills', () => {
    const record = after(
      intent({ status: 'NEW' }),
      { kind: 'filled', report: report('PARTIALLY_FILLED', '0.25'), fill: fill('1', '0.25', '100') },
      { kind: 'filled', report: report('FILLED', '1'), fill: fill('2', '0.75', '104') },
    );
    expect(record.view).toMatchObject({ status: 'FILLED', averagePrice: '103' });
  });

  it.each`
    market       | side      | feeAsset  | received     | because
    ${'spot'}    | ${'BUY'}  | ${'BTC'}  | ${'0.999'}   | ${'the fee is taken out of what was bought'}
    ${'spot'}    | ${'BUY'}  | ${'BNB'}  | ${undefined} | ${'the fee is paid in another asset'}
    ${'spot'}    | ${'BUY'}  | ${'B'}    | ${undefined} | ${'the name of another asset may begin the symbol'}
    ${'spot'}    | ${'SELL'} | ${'USDT'} | ${undefined} | ${'the fee is taken out of what was paid'}
    ${'futures'} | ${'BUY'}  | ${'USDT'} | ${undefined} | ${'a position holds nothing that a fee could be taken of'}
  `(
    'counts $received as received of a $side of 1 on $market: $because',
    ({ market, side, feeAsset, received }: Partial<Fill> & { received?: string }) => {
      const parts = ['0.4', '0.6'].map((quantity, place) => ({
        ...fill(`${place}`, quantity),
        ...{ market, side, feeAsset, fee: '0.0005' },
      })) as Fill[];
      const record = after(
        intent({ status: 'NEW' }),
        ...parts.map((each) => ({ kind: 'filled' as const, report: report('NEW'), fill: each })),
      );
      expect(record.fills).toMatchObject({ quantity: '1' });
      expect(record.fills?.received).toBe(received);
    },
  );

  const statuses = fc.constantFrom<OrderStatus>(
    'NEW',
    'PARTIALLY_FILLED',
    'FILLED',
    'CANCELED',
    'EXPIRED',
    'REJECTED',
  );
  const anyEvidence: fc.Arbitrary<Evidence> = fc.oneof(
    fc.record({
      kind: fc.constant('reported' as const),
      report: fc
        .tuple(statuses, fc.integer({ min: 0, max: 12 }))
        .map(([status, tenths]) => report(status, `${tenths / 10}`)),
    }),
    fc
      .tuple(statuses, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
      .map(([status, tradeId, tenths]) => ({
        kind: 'filled' as const,
        report: report(status, '0'),
        fill: fill(`${tradeId}`, `${tenths / 10}`),
      })),
    fc.constant({ kind: 'refused' as const, code: '-2019', reason: 'no margin' }),
    fc.constant({ kind: 'no-answer' as const, reason: 'timeout' }),
  );

  it('never reopens, never shrinks a fill, never fills beyond the quantity, whatever the news', () => {
    fc.assert(
      fc.property(fc.array(anyEvidence, { maxLength: 30 }), (pieces) => {
        let record = intent();
        for (const piece of pieces) {
          const next = bring(record, piece);
          if (isClosedStatus(record.view.status)) {
            const stays = next.view.status === record.view.status || next.view.status === 'FILLED';
            expect(stays).toBe(true);
          }
          expect(new Decimal(next.view.filledQuantity).gte(record.view.filledQuantity)).toBe(true);
          expect(new Decimal(next.view.filledQuantity).lte(next.view.quantity)).toBe(true);
          record = next;
        }
      }),
    );
  });

  it('applies each trade once however often it is told', () => {
    const evidence: Evidence = {
      kind: 'filled',
      report: report('PARTIALLY_FILLED', '0.4'),
      fill: fill('1', '0.4'),
    };
    const once = after(intent({ status: 'NEW' }), evidence);
    expect(after(once, evidence, evidence)).toEqual(once);
  });

  it('ends the same in whatever order the fills and the final word arrive', () => {
    const evidence: Evidence[] = [
      { kind: 'reported', report: report('NEW') },
      { kind: 'filled', report: report('PARTIALLY_FILLED', '0.2'), fill: fill('1', '0.2', '100') },
      { kind: 'filled', report: report('PARTIALLY_FILLED', '0.5'), fill: fill('2', '0.3', '101') },
      { kind: 'reported', report: report('CANCELED', '0.5') },
    ];
    const orders = fc.shuffledSubarray(evidence, { minLength: evidence.length, maxLength: evidence.length });
    const { status, filledQuantity, averagePrice } = after(intent(), ...evidence).view;
    fc.assert(
      fc.property(orders, (shuffled) => {
        expect(after(intent(), ...shuffled).view).toMatchObject({ status, filledQuantity, averagePrice });
      }),
    );
  });

  it.each`
    standing      | evidence                                                                     | why
    ${'NEW'}      | ${{ kind: 'refused', code: '-1', reason: 'late' }}                           | ${'the exchange refused the order, but it is recorded as NEW'}
    ${'NEW'}      | ${{ kind: 'absent' }}                                                        | ${'the exchange does not have the order, but it is recorded as NEW'}
    ${'CANCELED'} | ${{ kind: 'reported', report: report('EXPIRED') }}                           | ${'the exchange reports EXPIRED, but the order is recorded as CANCELED'}
    ${'NEW'}      | ${{ kind: 'reported', report: { ...report('NEW'), exchangeOrderId: '78' } }} | ${'the exchange has another order under this id'}
    ${'NEW'}      | ${{ kind: 'filled', report: report('FILLED', '1'), fill: fill('1', '1.1') }} | ${'the exchange reports more filled than the quantity of the order'}
    ${'FILLED'}   | ${{ kind: 'amending', amendment: { approvalId: 'a' } }}                      | ${'the order cannot be amended while it is FILLED'}
  `('records as illegal while $standing: $why', ({ standing, evidence, why }) => {
    const record = intent({ status: standing, exchangeOrderId: '77' });
    expect(evaluateEvidence(record, evidence as Evidence, 9)).toEqual({ verdict: 'illegal', why });
  });

  it.each(['reported', 'filled'] as const)(
    'reopens an order that was only inferred to be absent, on %s evidence of the exchange',
    (kind) => {
      const absent = after(intent(), { kind: 'absent' });
      expect(absent.view).toMatchObject({ status: 'REJECTED', code: 'NEVER_REACHED_EXCHANGE' });
      const evidence: Evidence =
        kind === 'reported'
          ? { kind, report: report('NEW') }
          : { kind, report: report('PARTIALLY_FILLED', '0.4'), fill: fill('1', '0.4') };
      expect(changeBy(absent, evidence)).toMatchObject({ happened: 'reopened' });
      const reopened = after(absent, evidence);
      expect(reopened.view).toMatchObject({ status: kind === 'reported' ? 'NEW' : 'PARTIALLY_FILLED' });
      expect(reopened.view.code).toBeUndefined();
    },
  );

  it('takes late news of the Algo service for old once the order has triggered, not for another order', () => {
    const waiting = { ...report('NEW'), exchangeOrderId: 'algo:5' };
    const triggered = after(
      intent(),
      { kind: 'reported', report: waiting },
      { kind: 'reported', report: report('NEW') },
    );
    expect(triggered.view).toMatchObject({ status: 'NEW', exchangeOrderId: '77' });
    expect(evaluateEvidence(triggered, { kind: 'reported', report: waiting }, 9).verdict).toBe('known');
  });

  it('does not reopen what the exchange itself refused', () => {
    const refused = after(intent(), { kind: 'refused', code: '-2019', reason: 'no margin' });
    const there: Evidence = { kind: 'reported', report: report('NEW') };
    expect(evaluateEvidence(refused, there, 9).verdict).toBe('illegal');
    expect(after(refused, there)).toEqual(refused);
  });

  it('does not take another conditional order under its id for itself', () => {
    const waiting = { ...report('NEW'), exchangeOrderId: 'algo:5' };
    const record = after(intent(), { kind: 'reported', report: waiting });
    const other: Evidence = { kind: 'reported', report: { ...waiting, exchangeOrderId: 'algo:6' } };
    expect(evaluateEvidence(record, other, 9).verdict).toBe('illegal');
  });

  it('shows why the exchange ended it, where the exchange says so', () => {
    const why = { code: 'EXPIRED_IN_MATCH', reason: 'It met an order of the same account' };
    const ended = after(intent(), { kind: 'reported', report: { ...report('EXPIRED', '0.4'), ...why } });
    expect(ended.view).toMatchObject({ status: 'EXPIRED', ...why });
    const filled = after(intent(), { kind: 'reported', report: { ...report('FILLED', '1') } });
    expect(filled.view.code).toBeUndefined();
  });

  it('expires as unverifiable what nobody can tell any more', () => {
    expect(after(intent({ status: 'UNKNOWN' }), { kind: 'unverifiable' }).view).toMatchObject({
      status: 'EXPIRED',
      code: 'UNVERIFIABLE',
    });
  });

  it('has one amendment at a time, and takes over what the exchange then says', () => {
    const amendment = { approvalId: 'x', quantity: '2', price: '90' } as never;
    const working = intent({ status: 'NEW', exchangeOrderId: '77' });
    const amending = after(working, { kind: 'amending', amendment });
    expect(evaluateEvidence(amending, { kind: 'amending', amendment }, 9).verdict).toBe('illegal');
    const told = { ...report('NEW'), quantity: '2', price: '90', atMs: 50 };
    const amended = after(amending, { kind: 'amended', approvalId: 'x', report: told });
    expect(amended.amendment).toBeUndefined();
    expect(amended.view).toMatchObject({ quantity: '2', price: '90' });
    const late = { ...report('NEW'), quantity: '1', price: '100', atMs: 40 };
    expect(after(amended, { kind: 'reported', report: late }).view).toMatchObject({
      quantity: '2',
      price: '90',
    });
  });

  describe('amended to no more than what is filled of it', () => {
    const amendment = (quantity: string) => ({
      ...{ approvalId: 'ap', decisionId: 'de', epoch: 1, sendByMs: 2, recvWindowMs: 1 },
      ...{ quantity, price: '100' },
    });
    const part: Evidence = {
      kind: 'filled',
      report: { ...report('PARTIALLY_FILLED', '0.4'), quantity: '1', atMs: 5 },
      fill: fill('1', '0.4'),
    };
    const working = intent({ status: 'NEW', exchangeOrderId: '77' });

    it.each(['0.3', '0.4'])(
      'to %s, it is canceled, as it is on the exchange, with what it got',
      (quantity) => {
        const told = { ...report('CANCELED', '0.4'), quantity, atMs: 7 };
        const changing = after(working, part, { kind: 'amending', amendment: amendment(quantity) });
        const canceled = after(changing, { kind: 'amended', approvalId: 'ap', report: told });
        expect(canceled.view).toMatchObject({ status: 'CANCELED', quantity: '0.4', filledQuantity: '0.4' });
        expect(isSettled(canceled)).toBe(true);
      },
    );

    it.each(['0.3', '0.4'])('to %s, it ends the same in whatever order the news arrives', (quantity) => {
      const end = { ...report('CANCELED', '0.4'), quantity, atMs: 7 };
      const evidence: Evidence[] = [
        part,
        { kind: 'reported', report: { ...report('NEW'), quantity: '1', atMs: 4 } },
        { kind: 'reported', report: end },
        { kind: 'reported', report: { ...report('PARTIALLY_FILLED', '0.4'), quantity: '1', atMs: 7 } },
        { kind: 'amended', approvalId: 'ap', report: end },
      ];
      const orders = fc.shuffledSubarray(evidence, {
        minLength: evidence.length,
        maxLength: evidence.length,
      });
      fc.assert(
        fc.property(orders, (shuffled) => {
          const record = after(working, { kind: 'amending', amendment: amendment(quantity) }, ...shuffled);
          expect(record.view).toMatchObject({ status: 'CANCELED', quantity: '0.4', filledQuantity: '0.4' });
          expect(isSettled(record)).toBe(true);
        }),
      );
    });

    it('is filled where the amendment came first and the fill after it', () => {
      const amended = { ...report('NEW'), quantity: '0.4', atMs: 6 };
      const whole: Evidence = {
        kind: 'filled',
        report: { ...report('FILLED', '0.4'), quantity: '0.4', atMs: 7 },
        fill: fill('1', '0.4'),
      };
      const changing = after(working, { kind: 'amending', amendment: amendment('0.4') });
      const filled = after(changing, { kind: 'amended', approvalId: 'ap', report: amended }, whole);
      expect(filled.view).toMatchObject({ status: 'FILLED', quantity: '0.4' });
    });
  });

  describe("overruled by the exchange's own word, asked by id", () => {
    const overruling = (word: VenueReport): Evidence => ({ kind: 'overruled', report: word });
    const amending = {
      ...{ approvalId: 'ap', decisionId: 'de', epoch: 1, sendByMs: 2, recvWindowMs: 1 },
      ...{ quantity: '2', price: '100' },
    };

    it.each`
      standing              | word                                              | status        | quantity | filled   | because
      ${'NEW'}              | ${{ ...report('CANCELED', '1.5') }}               | ${'CANCELED'} | ${'1.5'} | ${'1.5'} | ${'what is filled is filled, whatever the quantity was'}
      ${'PARTIALLY_FILLED'} | ${{ ...report('EXPIRED', '0'), quantity: '0.3' }} | ${'EXPIRED'}  | ${'0.4'} | ${'0.4'} | ${'a fill is not taken back'}
      ${'PENDING_CANCEL'}   | ${{ ...report('FILLED', '1') }}                   | ${'FILLED'}   | ${'1'}   | ${'1'}   | ${'the exchange executed it'}
      ${'CANCELED'}         | ${{ ...report('EXPIRED', '0.4') }}                | ${'CANCELED'} | ${'1'}   | ${'0.4'} | ${'two ends are no reason to change the end'}
    `('is $status where it was $standing: $because', ({ standing, word, status, quantity, filled }) => {
      const filledQuantity = standing === 'NEW' ? '0' : '0.4';
      const record = intent({ status: standing as OrderStatus, exchangeOrderId: '77', filledQuantity });
      const overruled = after({ ...record, amendment: amending }, overruling(word as VenueReport));
      expect(overruled.view).toMatchObject({ status, quantity, filledQuantity: filled });
      expect(overruled.amendment).toBeUndefined();
    });

    it('changes nothing where the record says the same', () => {
      const record = intent({ status: 'NEW', exchangeOrderId: '77' });
      expect(evaluateEvidence(record, overruling(report('NEW')), 9).verdict).toBe('known');
    });

    it('touches nothing that was never sent', () => {
      const record = { ...intent(), type: 'RELEASED' } as const;
      expect(evaluateEvidence(record, overruling(report('NEW')), 9).verdict).toBe('known');
    });
  });

  describe('while a change of it to a larger quantity is under way', () => {
    const amendment = {
      ...{ approvalId: 'ap', decisionId: 'de', epoch: 1, sendByMs: 2, recvWindowMs: 1 },
      ...{ quantity: '2', price: '100' },
    };
    const changing = after(intent({ status: 'NEW', exchangeOrderId: '77' }), { kind: 'amending', amendment });
    const whole: Evidence = { kind: 'filled', report: report('NEW'), fill: fill('1', '1') };

    it('is not taken for filled by the fills alone, for it may be larger by now', () => {
      const filled = after(changing, whole);
      expect(filled.view).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '1' });
      const larger = { ...report('PARTIALLY_FILLED', '1'), quantity: '2', atMs: 7 };
      const after2 = after(filled, { kind: 'amended', approvalId: 'ap', report: larger });
      expect(after2.view).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '2' });
    });

    it('is filled as soon as the exchange says so', () => {
      const filled = after(changing, whole, { kind: 'reported', report: report('FILLED', '1') });
      expect(filled.view.status).toBe('FILLED');
    });

    it('is not settled before it has been read back, closed or not', () => {
      const canceled = after(changing, { kind: 'reported', report: report('CANCELED') });
      expect([canceled.view.status, isSettled(canceled)]).toEqual(['CANCELED', false]);
      const readBack = after(canceled, { kind: 'amended', approvalId: 'ap', report: report('CANCELED') });
      expect([readBack.view.status, isSettled(readBack)]).toEqual(['CANCELED', true]);
    });
  });
});
