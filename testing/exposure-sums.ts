/**
 * What the sums beside the exposure have to be: counted here over every reservation, and not from change to change as the
 * scripts do it.
 */
import { EXPOSURE_KEY, EXPOSURE_SUMS_KEY } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { EXPOSURE_UNITS, Reservation } from '@elvis/trading';

const { QUANTITY_UNIT, AMOUNT_UNIT } = EXPOSURE_UNITS;
const PART = 2 ** 32;

interface Side {
  orders: number;
  left: bigint;
  opens: bigint;
  worth: bigint;
  spends: bigint;
}

/** By market, symbol and side: what is stored, and what it has to be; with what cannot be read and what is held. */
export async function sumsOf(redis: Redis): Promise<{ readonly stored: object; readonly counted: object }> {
  const [all, sums] = await Promise.all([redis.hgetall(EXPOSURE_KEY), redis.hgetall(EXPOSURE_SUMS_KEY)]);
  const stored = Object.entries(sums).map(([field, text]) => [
    field,
    /^\w+:\w+:(BUY|SELL)$/.test(field) ? sideOf(text) : text,
  ]);
  return { stored: Object.fromEntries(stored) as object, counted: countedOver(all) };
}

function countedOver(all: Readonly<Record<string, string>>): object {
  const counted: Record<string, Side | string> = { n: `${Object.keys(all).length}` };
  for (const [field, text] of Object.entries(all)) {
    if (field === 'g') counted.g = text;
    if (field.startsWith('p:') && Number(text) !== 0) counted[field] = '1';
    if (!field.startsWith('r:')) continue;
    const added = contributionOf(text);
    if (!added) {
      counted[`u:${field}`] = '1';
      continue;
    }
    const [key, side] = added;
    const before = counted[key] as Side | undefined;
    counted[key] = before ? total(before, side) : side;
  }
  return counted;
}

function contributionOf(text: string): readonly [key: string, side: Side] | undefined {
  const held = parse(text);
  const { market = 'futures', symbol, side, quantity, notional, filled = '0', reduceOnly, shares } = held;
  if (symbol === undefined || side === undefined) return undefined;
  if (![quantity, notional, filled].every((figure) => Number.isFinite(Number(figure)))) return undefined;
  const all = whole(quantity, QUANTITY_UNIT);
  const left = Math.max(0, all - whole(filled, QUANTITY_UNIT));
  const isSpent = market === 'spot' && !(shares && left === all);
  const isOpening = !reduceOnly && all > 0;
  const spentInQuote = all > 0 ? Math.ceil((left / all) * Number(notional) * QUANTITY_UNIT - 1e-3) : 0;
  return [
    `${market}:${symbol}:${side}`,
    {
      orders: 1,
      left: BigInt(left),
      opens: BigInt(isOpening ? left : 0),
      worth: BigInt(isOpening ? Math.ceil((left / all) * whole(notional, AMOUNT_UNIT) - 0.01) : 0),
      spends: BigInt(!isSpent ? 0 : side === 'SELL' ? left : spentInQuote),
    },
  ];
}

function parse(text: string): Partial<Reservation> {
  try {
    return JSON.parse(text) as Partial<Reservation>;
  } catch {
    return {};
  }
}

const whole = (text: string | undefined, unit: number): number => Math.floor(Number(text) * unit + 0.5);

const total = (one: Side, other: Side): Side => ({
  orders: one.orders + other.orders,
  left: one.left + other.left,
  opens: one.opens + other.opens,
  worth: one.worth + other.worth,
  spends: one.spends + other.spends,
});

function sideOf(text: string): Side {
  const [orders = NaN, ...parts] = text.split(' ').map(Number);
  const figure = (place: number): bigint =>
    BigInt(parts[2 * place] ?? NaN) * BigInt(PART) + BigInt(parts[2 * place + 1] ?? NaN);
  return { orders, left: figure(0), opens: figure(1), worth: figure(2), spends: figure(3) };
}
