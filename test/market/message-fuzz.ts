/**
 * Messages that no exchange should send (line M8): valid ones with one thing changed, cut short or nested, and texts of
 * any kind, by a seed. Reading them must never throw, and each must be something: read, ignored, or malformed for a reason.
 */
import fc from 'fast-check';
import { LocalOrderBook } from '../../apps/market-data/src/domain/local-order-book';
import { readStreamMessage } from '../../apps/market-data/src/domain/stream-messages';

const VALID = [
  { e: 'depthUpdate', E: 5, T: 4, s: 'BTCUSDT', U: 10, u: 12, pu: 9, b: [['1.5', '2']], a: [['1.6', '0']] },
  { e: 'markPriceUpdate', E: 5, s: 'BTCUSDT', p: '61590.31000000', i: '61590', P: '1', r: '0.0001', T: 9 },
  { e: 'aggTrade', E: 5, s: 'BTCUSDT', a: 77, p: '61590.3', q: '0.002', f: 1, l: 2, T: 4, m: true },
  { e: '24hrTicker', E: 5, s: 'BTCUSDT', p: '-1', P: '-0.1', c: '9', h: '9', l: '8', v: '1', q: '9' },
] as const;

const odd = fc.oneof(
  fc.constantFrom(null, true, '', '0', '-1', 'NaN', '1e5', '9'.repeat(50), 2 ** 53, -1, 1.5, '\u0000'),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.array(fc.oneof(fc.string({ maxLength: 6 }), fc.integer()), { maxLength: 3 }), { maxLength: 3 }),
);
const changed = fc
  .record({ which: fc.nat(VALID.length - 1), field: fc.nat(12), value: odd, drop: fc.boolean() })
  .map(({ which, field, value, drop }) => {
    const message: Record<string, unknown> = { ...VALID[which] };
    const names = Object.keys(message);
    const name = names[field % names.length] as string;
    if (drop) delete message[name];
    else message[name] = value;
    return JSON.stringify({ stream: 'x', data: message });
  });
const short = fc.record({ text: changed, end: fc.nat(200) }).map(({ text, end }) => text.slice(0, end));
const any = fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 40 }));
const message = fc.oneof(
  { arbitrary: changed, weight: 6 },
  { arbitrary: short, weight: 2 },
  { arbitrary: any, weight: 2 },
);

/** Reads so many messages; answers how many of each kind there were. @throws what fast-check found */
export function fuzzMessages(count: number, seed: number): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  const orderBook = new LocalOrderBook();
  orderBook.load({ lastUpdateId: 9, bids: [['1.4', '1']], asks: [['1.7', '1']] });
  fc.assert(
    fc.property(message, fc.constantFrom('futures' as const, 'spot' as const), (text, market) => {
      const read = readStreamMessage(text, market);
      const kind = read.kind === 'malformed' ? `malformed: ${read.reason}` : read.kind;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (read.kind === 'depth') orderBook.offer(read);
    }),
    { numRuns: count, seed, endOnFailure: true },
  );
  return kinds;
}
