import fc from 'fast-check';
import { cutLevels } from './level-text';

const quantity = fc
  .tuple(fc.nat(99_999), fc.nat(999))
  .map(([whole, part]) => (part === 0 ? `${whole}` : `${whole}.${part}`));
const price = quantity.filter((text) => Number(text) > 0);
const levels = fc.array(fc.tuple(price, quantity), { maxLength: 8 });
const depth = fc
  .record({ b: levels, a: levels, wrapped: fc.boolean(), behind: fc.boolean() })
  .map(({ b, a, wrapped, behind }) => {
    const data = { e: 'depthUpdate', E: 5, s: 'BTCUSDT', U: 1, u: 2, pu: 0, b, a, ...(behind && { st: 1 }) };
    return JSON.stringify(wrapped ? { stream: 'btcusdt@depth@100ms', data } : data);
  });

/** With the levels where JSON has them. */
function read(text: string): unknown {
  const cut = cutLevels(text);
  if (!cut) return undefined;
  const { bids: b, asks: a } = cut;
  const value = cut.value as { readonly data?: object };
  return value.data ? { ...value, data: { ...value.data, b, a } } : { ...value, b, a };
}

describe('levels cut out of a message', () => {
  it('are what reading it as JSON gives', () => {
    fc.assert(
      fc.property(depth, (text) => {
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('are never anything else, whatever is changed in the text', () => {
    fc.assert(
      fc.property(
        depth,
        fc.nat(400),
        fc.constantFrom('', '"', ']', '[', ',', '1', ' ', '-'),
        (text, at, put) => {
          const changed = text.slice(0, at) + put + text.slice(at + 1);
          const tried = (way: () => unknown): unknown => {
            try {
              return way();
            } catch {
              return 'no JSON';
            }
          };
          expect(tried(() => read(changed) ?? JSON.parse(changed))).toEqual(tried(() => JSON.parse(changed)));
        },
      ),
      { seed: 2, numRuns: 3_000 },
    );
  });

  it.each([
    ['a trade', '{"stream":"x","data":{"e":"aggTrade","p":"1.5","q":"2"}}'],
    ['levels that are numbers', '{"data":{"e":"depthUpdate","b":[[1,2]],"a":[]}}'],
    ['a price of zero', '{"data":{"e":"depthUpdate","b":[["0.00","2"]],"a":[]}}'],
    ['a price of 16 digits', '{"data":{"e":"depthUpdate","b":[["12345678.90123456","2"]],"a":[]}}'],
    ['levels of three', '{"data":{"e":"depthUpdate","b":[["1","2","3"]],"a":[]}}'],
    ['bids twice', '{"data":{"e":"depthUpdate","b":[["1","2"]],"a":[],"b":5}}'],
  ])('are not looked for in %s', (_, text) => {
    expect(cutLevels(text)).toBeUndefined();
  });
});
