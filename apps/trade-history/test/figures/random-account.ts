/**
 * An account that lives through some random days: two bots and orders without one on two symbols of both markets, hands
 * at the exchange, liquidations, fees in quote, base, BNB and none, funding, transfers, rebates. It keeps its wallets
 * as the exchange would; prices have two digits, quantities five, fees and results eight.
 */
import { IncomeItem } from '@elvis/contracts';
import { Fill, OrderSide } from '@elvis/trading';
import { Origin } from '../../src/domain/symbol-lots';
import { mulberry32 } from '../events';
import { product, told } from './amounts';

export const START = Date.UTC(2026, 9, 5, 21);
export const BOTS = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
const MINUTE = 60_000;
const IDS = 10_000;
const EIGHT = 10n ** 8n;

export interface Happened {
  readonly fill: Fill;
  readonly origin: Origin;
}

interface Wish {
  readonly market: 'futures' | 'spot';
  readonly base: 'BTC' | 'ETH';
  readonly side: OrderSide;
  /** In units of 0.00001. */
  readonly units: bigint;
  readonly clientOrderId: string;
  readonly origin: Origin;
  readonly botConfigId?: string;
}

export class RandomAccount {
  readonly fills: Happened[] = [];
  readonly income: IncomeItem[] = [];
  readonly prices: { readonly symbol: string; readonly atMs: number; readonly price: string }[] = [];
  /** By market and asset; `moved` is what was brought in or taken out. */
  readonly wallets = new Map<string, bigint>();
  readonly moved = new Map<string, bigint>();
  private readonly positions = new Map<string, { units: bigint; entry: bigint }>();
  private readonly random: () => number;
  private atMs = START;
  private ids: number;

  constructor(seed: number, steps: number) {
    this.random = mulberry32(seed);
    // No two accounts have an id in common, so that an event which comes twice is known whenever it comes.
    this.ids = seed * IDS;
    for (let step = 0; step < steps; step += 1) {
      this.atMs += 1 + Math.floor(this.random() * 90 * MINUTE);
      this.step();
    }
  }

  /** The end of everything that happened. */
  get endMs(): number {
    return this.atMs + 1;
  }

  private step(): void {
    const dice = this.random();
    if (dice < 0.4) this.trade('futures', 'elvis');
    else if (dice < 0.65) this.trade('spot', 'elvis');
    else if (dice < 0.77) this.trade(this.pick(['futures', 'futures', 'spot']), 'external');
    else if (dice < 0.83) this.liquidate(this.pick(['BTC', 'ETH']));
    else if (dice < 0.9) this.recordPrice();
    else if (dice < 0.95)
      this.addIncome('FUNDING_FEE', this.some(200n), 'USDT', this.pick(['BTCUSDT', 'ETHUSDT']));
    else if (dice < 0.98) this.move(this.some(10_000n * EIGHT));
    else this.addIncome('REFERRAL_KICKBACK', this.some(50n), this.pick(['USDT', 'BNB']), null);
  }

  private trade(market: 'futures' | 'spot', origin: 'elvis' | 'external'): void {
    const base = this.pick(['BTC', 'ETH'] as const);
    const held = (this.wallets.get(`spot ${base}`) ?? 0n) / 10n ** 11n;
    const wants = this.pick<OrderSide>(['BUY', 'SELL']);
    const side = market === 'spot' && held <= 0n ? 'BUY' : wants;
    let units = BigInt(1 + Math.floor(this.random() * 40)) * (market === 'spot' ? 1n : 100n);
    if (market === 'spot' && side === 'SELL') units = this.random() < 0.4 || units > held ? held : units;
    this.ids += 1;
    const order = { market, base, side, origin, clientOrderId: `${origin}-${this.ids}` };
    const botConfigId = origin === 'elvis' ? this.pick([...BOTS, undefined]) : undefined;
    const parts = units > 1n && this.random() < 0.3 ? [units / 2n, units - units / 2n] : [units];
    for (const part of parts) this.fill({ ...order, units: part, ...(botConfigId && { botConfigId }) });
  }

  /** All that is held goes: most of it in the market, the rest to the other side; then the insurance fund settles. */
  private liquidate(base: 'BTC' | 'ETH'): void {
    const { units = 0n } = this.positions.get(base) ?? {};
    if (units === 0n) return;
    const size = units < 0n ? -units : units;
    const first = size - size / 3n;
    const side = units > 0n ? 'SELL' : 'BUY';
    const forced = { market: 'futures', base, side, origin: 'liquidation' } as const;
    this.fill({ ...forced, units: first, clientOrderId: `autoclose-${this.atMs}` });
    if (size > first) this.fill({ ...forced, units: size - first, clientOrderId: 'adl_autoclose' });
    this.addIncome('INSURANCE_CLEAR', this.some(300n), 'USDT', null);
  }

  private fill({ market, base, side, units, clientOrderId, origin, botConfigId }: Wish): void {
    this.atMs += 1 + Math.floor(this.random() * 900);
    this.ids += 1;
    const symbol = `${base}USDT`;
    // So few prices that some closes bring nothing.
    const cents = BigInt((base === 'BTC' ? 6_000_000 : 250_000) + Math.floor(this.random() * 9) * 12_345);
    const price = cents * 10n ** 14n;
    const quantity = units * 10n ** 11n;
    const quote = product(price, quantity);
    const fee = this.feeOf(market, base, side, quantity, quote);
    const realized = market === 'futures' ? this.hold(base, side, units, price) : 0n;
    const sign = side === 'BUY' ? 1n : -1n;
    if (market === 'spot') {
      this.wallet(`spot ${base}`, sign * quantity);
      this.wallet('spot USDT', -sign * quote);
    } else this.wallet('futures USDT', realized);
    this.wallet(`${market} ${fee.asset}`, -fee.amount);
    const tradeId = `${this.ids}`;
    const fill: Fill = {
      tradeId,
      market,
      symbol,
      clientOrderId,
      exchangeOrderId: clientOrderId === 'adl_autoclose' ? tradeId : `number-of-${clientOrderId}`,
      side,
      price: told(price),
      quantity: told(quantity),
      quoteQuantity: told(quote),
      fee: told(fee.amount),
      feeAsset: fee.asset,
      baseAsset: base,
      quoteAsset: 'USDT',
      realizedPnl: told(realized),
      isMaker: this.random() < 0.5,
      ...(botConfigId && { botConfigId }),
      tradedAtMs: this.atMs,
    };
    this.fills.push({ fill, origin });
    if (market === 'spot') return;
    if (fee.amount > 0n) this.note('COMMISSION', -fee.amount, fee.asset, symbol, tradeId);
    if (realized !== 0n) this.note('REALIZED_PNL', realized, 'USDT', symbol, tradeId);
  }

  /** As the exchange keeps a position: one average entry price of eight digits, a result of eight. */
  private hold(base: string, side: OrderSide, units: bigint, price: bigint): bigint {
    const { units: held, entry } = this.positions.get(base) ?? { units: 0n, entry: 0n };
    const signed = side === 'BUY' ? units : -units;
    const size = held < 0n ? -held : held;
    const isOpening = held === 0n || held > 0n === signed > 0n;
    if (isOpening) {
      const average = ((size * entry + units * price) / (size + units) / EIGHT) * EIGHT;
      this.positions.set(base, { units: held + signed, entry: average });
      return 0n;
    }
    const closed = units < size ? units : size;
    const gain = ((held > 0n ? price - entry : entry - price) * closed) / 100_000n;
    this.positions.set(base, { units: held + signed, entry: units > size ? price : entry });
    return (gain / EIGHT) * EIGHT;
  }

  private feeOf(
    market: 'futures' | 'spot',
    base: string,
    side: OrderSide,
    quantity: bigint,
    quote: bigint,
  ): { readonly asset: string; readonly amount: bigint } {
    const kind = this.pick(['usual', 'usual', 'usual', 'BNB', 'none']);
    if (kind === 'none') return { asset: 'USDT', amount: 0n };
    if (kind === 'BNB') return { asset: 'BNB', amount: this.some(2n) };
    const asset = market === 'spot' && side === 'BUY' ? base : 'USDT';
    const of = asset === base ? quantity : quote;
    return { asset, amount: (of / (market === 'spot' ? 1_000n : 2_500n) / EIGHT) * EIGHT };
  }

  private recordPrice(): void {
    const atMs = Math.floor(this.atMs / MINUTE) * MINUTE;
    const price = told(BigInt(50_000 + Math.floor(this.random() * 10_000)) * 10n ** 14n);
    if (!this.prices.some((recorded) => recorded.atMs === atMs))
      this.prices.push({ symbol: 'BNBUSDT', atMs, price });
    // Something is paid in BNB soon, so that some fees find this price.
    this.atMs += Math.floor(this.random() * 5 * MINUTE);
    this.trade(this.pick(['futures', 'spot']), 'elvis');
  }

  private move(size: bigint): void {
    const sign = this.random() < 0.5 ? -1n : 1n;
    this.moved.set('futures USDT', (this.moved.get('futures USDT') ?? 0n) + sign * size);
    this.addIncome(this.pick(['TRANSFER', 'INTERNAL_TRANSFER']), sign * size, 'USDT', null, 1);
  }

  private addIncome(type: string, size: bigint, asset: string, symbol: string | null, sign?: 1): void {
    const value = sign || this.random() < 0.5 ? size : -size;
    this.wallet(`futures ${asset}`, value);
    this.note(type, value, asset, symbol, null);
  }

  private note(
    type: string,
    value: bigint,
    asset: string,
    symbol: string | null,
    tradeId: string | null,
  ): void {
    this.ids += 1;
    this.income.push({
      transactionId: `${this.ids}`,
      type,
      symbol,
      asset,
      amount: told(value),
      tradeId,
      info: null,
      atMs: this.atMs,
    });
  }

  private wallet(name: string, change: bigint): void {
    this.wallets.set(name, (this.wallets.get(name) ?? 0n) + change);
  }

  /** Above zero, of eight digits, up to `most` hundred-thousandths. */
  private some(most: bigint): bigint {
    return BigInt(1 + Math.floor(this.random() * Number(most) * 100)) * EIGHT;
  }

  private pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)] as T;
  }
}
