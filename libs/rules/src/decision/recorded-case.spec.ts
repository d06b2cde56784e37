import { FACTS, LIMITS, d, levels, market, order } from '../../test/a-case';
import { ExposureFigures } from '../exposure/exposure';
import { JudgedCase, decideAgain, readCase, recordCase, verdictLine } from './recorded-case';

const FIGURES: ExposureFigures = {
  position: '0',
  restingOnSide: '0',
  worstBefore: '0',
  worstAfter: '600',
  worstOfOthers: '0',
  margin: '200',
  openOrders: 1,
  lastSecond: 0,
};
const aCase = (change: Partial<JudgedCase> = {}): JudgedCase => ({
  order: order(),
  facts: FACTS,
  limits: LIMITS,
  figures: FIGURES,
  ...change,
});
/** Over the wire and back, as an event travels. */
const again = (judged: JudgedCase): JudgedCase =>
  readCase(judged.order.content, JSON.parse(JSON.stringify(recordCase(judged))) as Record<string, unknown>);

describe('a recorded case', () => {
  it.each([
    ['a limit order', aCase()],
    ['a limit order that may only reduce', aCase({ order: order({ reduceOnly: true }) })],
    ['a market order', aCase({ order: market({ quantity: '102' }) })],
    ['an order that never came to the exposure', aCase({ figures: undefined })],
    ['lists and lists of lists', aCase({ facts: { ...FACTS, brackets: [] } })],
  ])('of %s reads back to the same', (_title, judged) => {
    const read = again(judged);
    // The book is cut to what the order reaches; that has a specification of its own below.
    const book = expect.anything() as JudgedCase['facts']['book'];
    expect(read).toEqual({ ...judged, facts: { ...judged.facts, book } });
    expect(decideAgain(read)).toEqual(decideAgain(judged));
  });

  it('keeps of a book the levels that the order reaches, and their age', () => {
    const book = { levels: levels(['1', '2'], ['3', '4'], ['5', '6']), ageMs: 7 };
    const kept = (quantity: string) =>
      again(aCase({ order: market({ quantity }), facts: { ...FACTS, book } })).facts.book;
    expect(kept('2')).toEqual({ levels: book.levels.slice(0, 1), ageMs: 7 });
    expect(kept('2.1')).toEqual({ levels: book.levels.slice(0, 2), ageMs: 7 });
    expect(kept('99')).toEqual(book);
  });

  it('from before the time was a fact is judged as of its decision', () => {
    const { content } = order();
    const { nowMs, ...older } = FACTS;
    const recorded = (facts: object) => ({ ...recordCase(aCase()), facts });
    expect(readCase(content, recorded(older), 5).facts.nowMs).toBe(5);
    expect(readCase(content, recorded({ nowMs, ...older }), 5).facts.nowMs).toBe(nowMs);
  });

  it('has no book where there was none', () => {
    expect(recordCase(aCase({ facts: { ...FACTS, book: undefined } })).facts).not.toHaveProperty('book');
  });

  it('is judged by the checks first, then by the exposure it stood in', () => {
    const full = { ...FIGURES, openOrders: 3 };
    const limits = { ...LIMITS, maxOpenOrders: 3 };
    const codeOf = (judged: JudgedCase) => {
      const verdict = decideAgain(judged);
      return verdict.approved ? 'APPROVED' : verdict.denial.code;
    };
    expect(codeOf(aCase({ limits, figures: full }))).toBe('OPEN_ORDERS_ABOVE_MAXIMUM');
    expect(codeOf(aCase({ limits, figures: undefined }))).toBe('APPROVED');
    expect(codeOf(aCase({ limits, figures: full, order: order({ price: '90000' }) }))).toBe(
      'PRICE_OUTSIDE_COLLAR',
    );
    expect(codeOf(aCase({ figures: { ...FIGURES, margin: '10000.1' } }))).toBe('MARGIN_INSUFFICIENT');
    expect(codeOf(aCase({ figures: { ...FIGURES, margin: '10000' } }))).toBe('APPROVED');
  });

  it('without facts or limits is none', () => {
    const { content } = order();
    const recorded = recordCase(aCase());
    expect(() => readCase(content, { ...recorded, facts: undefined })).toThrow(
      'The recorded input of this decision lacks its facts or limits, so it cannot be judged again',
    );
    expect(() => readCase(content, { ...recorded, limits: null })).toThrow(
      'The recorded input of this decision lacks its facts or limits, so it cannot be judged again',
    );
    expect(() => readCase(content, {})).toThrow(TypeError);
  });

  it('tells a decimal from a name that looks like one', () => {
    const read = readCase(order().content, {
      facts: { d: '1.50' },
      limits: { maxOrderNotional: { d: 5 } },
    });
    expect(read.facts).toEqual(d('1.5'));
    expect(read.limits).toEqual({ maxOrderNotional: { d: 5 } });
    const empty = { facts: { none: null, list: [null, {}] }, limits: {} };
    expect(readCase(order().content, empty)).toMatchObject(empty);
    expect(recordCase({ ...aCase({ figures: undefined }), ...empty } as never)).toEqual(empty);
    expect(readCase(order().content, { facts: { e: '1' }, limits: { d: '1', e: '2' } })).toMatchObject({
      facts: { e: '1' },
      limits: { d: '1', e: '2' },
    });
  });
});

describe('the line of a verdict', () => {
  it('is the same bytes for the same verdict, in whatever order its numbers stand', () => {
    const code = 'PRICE_OUTSIDE_COLLAR';
    const line = '{"verdict":"DENIED","code":"PRICE_OUTSIDE_COLLAR","context":{"a":"1","b":"2","c":"3"}}';
    expect(verdictLine({ code, context: { c: '3', a: '1', b: '2' } })).toBe(line);
    expect(verdictLine({ code, context: { b: '2', c: '3', a: '1' } })).toBe(line);
    expect(verdictLine({ code, context: { why: 'reworded', a: '1', b: '2', c: '3' } })).toBe(line);
    expect(verdictLine(undefined)).toBe('{"verdict":"APPROVED"}');
  });
});
