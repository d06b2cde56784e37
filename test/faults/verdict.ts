/**
 * Holds our books against the exchange's own list, order by order, fill by fill, position by position, and what is held
 * to the last digit. Whatever this finds is money that somebody does not know of.
 */
import { EXPOSURE_KEY, EventEnvelope, OrderChanged } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { sumsOf } from '@elvis/testing';
import { Decimal, Fill, isClosedStatus, JournalRecord, Reservation } from '@elvis/trading';
import { Redis } from 'ioredis';
import { NatsConnection, connect } from 'nats';
import { inspect, isDeepStrictEqual } from 'node:util';
import { RebuiltOrder, rebuildOrders } from '../../apps/execution/src/programs/replay/rebuild';
import { ExchangeAccount } from './exchange-account';
import { ExchangeList, Positions, SPOT_SYMBOL, TheirOrder } from './exchange-list';
import { OwnRecords, fillsIn } from './own-records';
import { differencesInEvents } from './told-events';
import { Witness } from './witness';

export interface Verdict {
  /** Orders of ours still without a known state. */
  readonly unresolved: readonly string[];
  readonly problems: readonly string[];
}

type Holdings = ReadonlyMap<string, Decimal>;

export class Records {
  private redis!: Redis;
  private nats!: NatsConnection;
  private own!: OwnRecords;
  private readonly account: ExchangeAccount;
  private readonly list: ExchangeList;
  /** What was held before the first order. */
  private wallet = new Decimal(0);
  private holdings: Holdings = new Map();

  constructor(private readonly stage: Witness) {
    this.account = new ExchangeAccount(stage);
    this.list = new ExchangeList(stage, this.account);
  }

  async open(): Promise<void> {
    const { redis, nats } = this.stage;
    this.redis = new Redis({ host: redis.host, port: redis.port, password: redis.password, protocol: 2 });
    this.redis.on('error', () => undefined);
    this.nats = await connect({ ...natsOptions(nats.urls.provision, 'verdict'), maxReconnectAttempts: -1 });
    this.own = new OwnRecords(this.nats);
    this.wallet = new Decimal((await this.account.futuresWallets()).get('USDT') ?? 0);
    if (this.stage.hasSpot) this.holdings = await this.account.spotHoldings();
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.nats.close();
  }

  /** Only orders whose id begins with `prefix` are compared; positions and what is held always are. */
  async compare(prefix: string): Promise<Verdict> {
    const { orders, positions } = await this.list.read();
    const records = await this.own.journal(prefix);
    const theirs = byId(orders.filter(({ id }) => id.startsWith(prefix)));
    const events = await this.own.events();
    const told = fillsIn(events);
    const rebuilt = rebuildOrders(events);
    const unresolved = [...records].flatMap(([id, record]) =>
      isUnresolved(record) ? [`${id}: ${record.view.status}`] : [],
    );
    const problems = [
      ...duplicatesIn(theirs, records),
      ...[...records].flatMap(([id, record]) => differencesOf(id, record, theirs.get(id)?.[0])),
      ...[...records].flatMap(([id, record]) => untoldOf(id, record, rebuilt.get(id))),
      ...differencesInEvents(prefix, await this.own.history(prefix), await this.own.events()),
      ...(await this.positions(positions)),
      ...(await this.reservations(prefix, records)),
      ...(await this.sums()),
      ...(await this.futuresWallet(told)),
      ...(this.stage.hasSpot ? await this.spotHoldings(told) : []),
    ];
    return { unresolved, problems };
  }

  private async positions(theirs: Positions): Promise<string[]> {
    const ours = await this.redis.hgetall(EXPOSURE_KEY);
    return [...theirs].flatMap(([symbol, quantity]) => {
      const known = ours[`p:futures:${symbol}`] ?? '0';
      return quantity.eq(known) ? [] : [`position of ${symbol}: ours ${known}, theirs ${quantity.toFixed()}`];
    });
  }

  /** Our own record of every fill, with its profit and its fee, must make up what the exchange says is there. */
  private async futuresWallet(fills: readonly Fill[]): Promise<string[]> {
    const funding = await this.account.funding();
    const ours = fills
      .filter(({ market }) => market === 'futures')
      .reduce((sum, { realizedPnl, fee }) => sum.plus(realizedPnl).minus(fee), this.wallet)
      .plus(funding);
    const theirs = (await this.account.futuresWallets()).get('USDT') ?? '0';
    return ours.eq(theirs) ? [] : [`wallet: ours ${ours.toFixed()}, theirs ${theirs}`];
  }

  /** The same on spot, where what is bought and sold is itself held, and its position is what there is of it. */
  private async spotHoldings(fills: readonly Fill[]): Promise<string[]> {
    const ours = new Map(this.holdings);
    const add = (asset: string, amount: Decimal): unknown =>
      ours.set(asset, (ours.get(asset) ?? new Decimal(0)).plus(amount));
    for (const { side, quantity, quoteQuantity, fee, feeAsset } of fills.filter(isSpot)) {
      const sign = side === 'BUY' ? 1 : -1;
      add('BTC', new Decimal(quantity).times(sign));
      add('USDT', new Decimal(quoteQuantity).times(-sign));
      add(feeAsset, new Decimal(fee).negated());
    }
    const theirs = await this.account.spotHoldings();
    const problems = [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((asset) => {
      const [here, there] = [ours, theirs].map((held) => (held.get(asset) ?? new Decimal(0)).toFixed());
      return here === there ? [] : [`${asset} on spot: ours ${here}, theirs ${there}`];
    });
    const position = (await this.redis.hget(EXPOSURE_KEY, `p:spot:${SPOT_SYMBOL}`)) ?? '0';
    const held = theirs.get('BTC') ?? new Decimal(0);
    if (!held.eq(position))
      problems.push(`position of ${SPOT_SYMBOL} on spot: ours ${position}, theirs ${held.toFixed()}`);
    return problems;
  }

  /** What risk judges by is what the reservations come to. */
  private async sums(): Promise<string[]> {
    const { stored, counted } = await sumsOf(this.redis);
    const isSame = isDeepStrictEqual(stored, counted);
    return isSame ? [] : [`sums: stored ${inspect(stored)}, counted ${inspect(counted)}`];
  }

  private async reservations(prefix: string, records: ReadonlyMap<string, JournalRecord>): Promise<string[]> {
    const exposure = await this.redis.hgetall(EXPOSURE_KEY);
    const unknown = Object.keys(exposure).flatMap((field) => {
      const id = field.slice(2);
      return field.startsWith(`r:${prefix}`) && !records.has(id)
        ? [`${id}: reserved, not in the journal`]
        : [];
    });
    const wrong = [...records].flatMap(([id, { view, type: kind, amendment }]) => {
      const isOpen = (kind === 'INTENT' || kind === 'OUTCOME') && !isClosedStatus(view.status);
      const held = exposure[`r:${id}`];
      if (!isOpen) return held === undefined ? [] : [`${id}: ${view.status} and still reserved`];
      if (held === undefined) return [`${id}: open without a reservation`];
      const { quantity } = JSON.parse(held) as Reservation;
      const isSame = amendment !== undefined || new Decimal(quantity).eq(view.quantity);
      return isSame ? [] : [`${id}: an order of ${view.quantity}, and ${quantity} reserved`];
    });
    return [...unknown, ...wrong];
  }

  /** Every event that the stream holds. */
  events(): Promise<readonly EventEnvelope<OrderChanged>[]> {
    return this.own.events();
  }
}

const wasNeverSent = ({ type }: JournalRecord): boolean =>
  type === 'RELEASED' || type === 'VOID' || type === 'DENIED';

const isUnresolved = (record: JournalRecord): boolean =>
  !wasNeverSent(record) &&
  (['PENDING_NEW', 'UNKNOWN', 'PENDING_CANCEL'].includes(record.view.status) ||
    record.amendment !== undefined);

const isSpot = ({ market }: Fill): boolean => market === 'spot';

function byId(orders: readonly TheirOrder[]): ReadonlyMap<string, readonly TheirOrder[]> {
  const found = new Map<string, TheirOrder[]>();
  for (const order of orders) found.set(order.id, [...(found.get(order.id) ?? []), order]);
  return found;
}

const duplicatesIn = (
  theirs: ReadonlyMap<string, readonly TheirOrder[]>,
  records: ReadonlyMap<string, JournalRecord>,
): string[] =>
  [...theirs].flatMap(([id, orders]) => [
    ...(orders.length > 1 ? [`${id}: ${orders.length} orders on the exchange`] : []),
    ...(records.has(id) ? [] : [`${id}: on the exchange, not in the journal`]),
  ]);

function differencesOf(id: string, record: JournalRecord, theirs: TheirOrder | undefined): string[] {
  const { view, type } = record;
  if (wasNeverSent(record)) return theirs ? [`${id}: ${type} here, ${theirs.status} on the exchange`] : [];
  if (isUnresolved(record)) return [];
  if (!theirs) return view.status === 'REJECTED' ? [] : [`${id}: ${view.status} here, not on the exchange`];
  const status = theirs.status === 'EXPIRED_IN_MATCH' ? 'EXPIRED' : theirs.status;
  const problems: string[] = [];
  if (view.status !== status) problems.push(`${id}: ${view.status} here, ${status} on the exchange`);
  if (view.exchangeOrderId !== theirs.number)
    problems.push(`${id}: number ${view.exchangeOrderId ?? 'none'} here, ${theirs.number} on the exchange`);
  if (!new Decimal(view.filledQuantity).eq(theirs.filled))
    problems.push(`${id}: filled ${view.filledQuantity} here, ${theirs.filled} on the exchange`);
  // Amended to less than what is filled, the order is for as much as it got.
  // One that closes the position names no quantity there until it triggers.
  const isOfPosition = view.closePosition === true && new Decimal(theirs.quantity).isZero();
  if (!isOfPosition && !new Decimal(view.quantity).eq(Decimal.max(theirs.quantity, theirs.filled)))
    problems.push(`${id}: quantity ${view.quantity} here, ${theirs.quantity} on the exchange`);
  const ours = sorted(record.appliedTradeIds ?? []);
  const there = sorted(theirs.trades);
  if (ours !== there) problems.push(`${id}: trades ${ours} here, ${there} on the exchange`);
  return problems;
}

/** What the events alone tell of an order must be what the journal says. */
function untoldOf(
  id: string,
  { view, type, appliedTradeIds }: JournalRecord,
  told: RebuiltOrder | undefined,
): string[] {
  if (type === 'VOID') return [];
  if (!told) return [`${id}: no event tells of it`];
  const [events, journal] = [told.view, view].map(
    ({ status, filledQuantity }) => `${status} ${filledQuantity}`,
  );
  if (events !== journal) return [`${id}: events end ${events}, the journal ${journal}`];
  return sorted([...told.tradeIds]) === sorted(appliedTradeIds ?? [])
    ? []
    : [`${id}: its fills in the events differ from the journal's`];
}

const sorted = (texts: readonly string[]): string => [...texts].sort().join();
