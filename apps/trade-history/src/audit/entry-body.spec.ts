/** Bodies are hashed as the library writes them: another version of it must write the same text. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';

describe('the body of an audit entry', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: 2 }, '{"b":2}'],
    ['a"\u20ac\n', '"a\\"\u20ac\\n"'],
    [1e21, '1e+21'],
    [{ '\u20ac': 1, '\r': 2, '1': 3 }, '{"\\r":2,"1":3,"\u20ac":1}'],
  ])('writes %j as RFC 8785 does', (value, text) => {
    expect(canonicalize(value)).toBe(text);
  });

  it('is the same whatever order the fields were written in, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalize(value) as string;
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalize(reversed(JSON.parse(text)))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
