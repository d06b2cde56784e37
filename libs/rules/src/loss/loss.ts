/**
 * What the account has lost: today, from the first value of the UTC day on; and below its highest value ever. Both
 * start again from the present value when somebody acknowledges them, so that they trip again only after a further
 * full limit. Money that comes or goes is neither profit nor loss: it moves what is measured from. What the account
 * was worth enters the peak only after its bookings are known, so that a deposit learned late is no summit.
 */
import { Decimal, maxDecimal } from '@elvis/trading';
import { LossFact } from '../order/check';
import { SpotResult, isSameBasis } from './spot-result';

/** What losses are measured in. */
export const LOSS_ASSET = 'USDT';

/** What the account was worth, as read at the exchange's time: the futures wallet with what is not realized yet, and the result of spot. */
export interface Worth {
  readonly atMs: number;
  readonly equity: Decimal;
  /** The result of spot in it; absent where spot has never been measured. */
  readonly spot?: Decimal;
}

/** Money that came (above zero) or went, as the exchange has booked it. */
export interface Transfer {
  readonly id: string;
  readonly atMs: number;
  readonly amount: Decimal;
}

export type LossName = 'daily-loss' | 'drawdown';

/** A stop that a loss has taken. */
export interface LossStop {
  readonly stopId: string;
  readonly name: LossName;
}

export interface EquityHistory {
  /** UTC day of the exchange, `2026-11-21`. */
  readonly day: string;
  readonly dayStart: Decimal;
  readonly dayStartAtMs: number;
  readonly peak: Decimal;
  /** Since when the peak is measured; older transfers do not move it. */
  readonly peakSinceMs: number;
  /** Values until here are in the peak; later ones still stand in `recent`, one for each five seconds. */
  readonly settledToMs: number;
  readonly recent: readonly Worth[];
  /** The exchange's bookings are known until here; the last of them that moved money stand in `transfers`. */
  readonly bookedToMs: number;
  readonly transfers: readonly Transfer[];
  /** The last stops whose loss a person has acknowledged, each once for all replicas. */
  readonly acknowledged: readonly string[];
  /** Absent until spot has been measured once. */
  readonly spot?: SpotResult;
}

/** The exchange's words for money that no trade has made or cost. */
const MOVED: ReadonlySet<string> = new Set([
  ...['TRANSFER', 'INTERNAL_TRANSFER', 'CROSS_COLLATERAL_TRANSFER', 'STRATEGY_UMFUTURES_TRANSFER'],
  ...['COIN_SWAP_DEPOSIT', 'COIN_SWAP_WITHDRAW', 'AUTO_EXCHANGE', 'WELCOME_BONUS', 'CONTEST_REWARD'],
]);
/** Bookings are read once more so far back: one may be listed after a later one. */
export const BOOKING_OVERLAP_MS = 120_000;
const SETTLED_AFTER_MS = 300_000;
const REMEMBERED_MS = 900_000;
const STEP_MS = 5_000;
const RECENT_MAXIMUM = 120;
/** Whether a value this close to a transfer contains it cannot be told. */
const UNCERTAIN_MS = 5_000;
const ACKNOWLEDGED_MAXIMUM = 20;
const ZERO = new Decimal(0);

export const isMoved = (type: string): boolean => MOVED.has(type);

/** The history with this value in it, and spot as just measured; a value of an earlier day starts no day. */
export function withEquity(
  history: EquityHistory | undefined,
  worth: Worth,
  day: string,
  measured?: SpotResult,
): EquityHistory {
  const { equity, atMs } = worth;
  if (!history) {
    const since = { dayStartAtMs: atMs, peakSinceMs: atMs, settledToMs: atMs, bookedToMs: atMs };
    const first = { day, dayStart: equity, peak: equity, ...since };
    return { ...first, recent: [], transfers: [], acknowledged: [], ...(measured && { spot: measured }) };
  }
  const isNewDay = day > history.day;
  const today = isNewDay ? { day, dayStart: equity, dayStartAtMs: atMs } : {};
  const spot = measured && withMeasured(history.spot, measured);
  const grown = { ...history, ...today, recent: withRecent(history, worth), ...(spot && { spot }) };
  return settled(isNewDay ? withSpotDay(grown, worth) : grown);
}

/** As just measured; where nothing but the prices has changed it is written down each five seconds. */
function withMeasured(known: SpotResult | undefined, measured: SpotResult): SpotResult {
  const isSame = known !== undefined && isSameBasis(known, measured);
  if (!isSame || stepOf({ atMs: known.valueAtMs }) !== stepOf({ atMs: measured.valueAtMs })) return measured;
  return { ...measured, value: known.value, valueAtMs: known.valueAtMs };
}

const withSpotDay = (history: EquityHistory, { spot }: Worth): EquityHistory =>
  history.spot && spot ? { ...history, spot: { ...history.spot, dayStart: spot } } : history;

/** The history with all bookings until `bookedToMs` in it, each once. */
export function withTransfers(
  history: EquityHistory,
  found: readonly Transfer[],
  bookedToMs: number,
): EquityHistory {
  const known = new Set(history.transfers.map(({ id }) => id));
  const unseen = found.filter(({ id }) => !known.has(id));
  const until = Math.max(history.bookedToMs, bookedToMs);
  const ofDay = unseen.filter(({ atMs }) => atMs > history.dayStartAtMs);
  // A deposit from before may have lifted the settled peak already; a withdrawal cannot have.
  const ofPeak = unseen.filter(
    ({ atMs, amount }) => atMs > history.peakSinceMs && (atMs > history.settledToMs || amount.lt(0)),
  );
  return settled({
    ...history,
    dayStart: history.dayStart.plus(sum(ofDay)),
    peak: history.peak.plus(sum(ofPeak)),
    bookedToMs: until,
    transfers: [...history.transfers, ...unseen].filter(({ atMs }) => atMs > until - REMEMBERED_MS),
  });
}

export function lossOf(history: EquityHistory, worth: Worth): LossFact {
  const present = valueNow(worth, history.transfers);
  const highest = summit(history.peak, history.recent, history.transfers);
  const today = history.dayStart.minus(present);
  const ofSpot = worth.spot && history.spot?.dayStart.minus(worth.spot);
  return {
    today: maxDecimal(today, ZERO),
    drawdown: maxDecimal(highest.minus(present), ZERO),
    ...(ofSpot && { todayByMarket: { futures: today.minus(ofSpot), spot: ofSpot } }),
  };
}

/**
 * What had been lost when this stop was ended is acknowledged: by the one that comes first, and once. What is lost
 * between the first replica's turn and the last one's counts.
 */
export function acknowledged(
  history: EquityHistory,
  worth: Worth,
  { stopId, name }: LossStop,
): EquityHistory {
  if (history.acknowledged.includes(stopId)) return history;
  const present = valueNow(worth, history.transfers);
  const atMs = history.transfers.reduce((last, transfer) => Math.max(last, transfer.atMs), worth.atMs);
  const known = { acknowledged: [...history.acknowledged, stopId].slice(-ACKNOWLEDGED_MAXIMUM) };
  return name === 'daily-loss'
    ? withSpotDay({ ...history, ...known, dayStart: present, dayStartAtMs: atMs }, worth)
    : { ...history, ...known, peak: present, peakSinceMs: atMs, settledToMs: atMs, recent: [] };
}

function withRecent({ recent, settledToMs }: EquityHistory, worth: Worth): readonly Worth[] {
  const last = recent.at(-1);
  if (worth.atMs <= settledToMs || (last && worth.atMs < last.atMs)) return recent;
  if (!last || stepOf(last) !== stepOf(worth)) return [...recent, worth];
  return worth.equity.gt(last.equity) ? [...recent.slice(0, -1), worth] : recent;
}

/** Old values become part of the peak; while bookings cannot be read, only those that are too many. */
function settled(history: EquityHistory): EquityHistory {
  const { recent, bookedToMs, transfers, peak } = history;
  const horizon = Math.min(bookedToMs, (recent.at(-1)?.atMs ?? 0) - SETTLED_AFTER_MS);
  const isOver = ({ atMs }: Worth, index: number): boolean =>
    atMs <= horizon || recent.length - index > RECENT_MAXIMUM;
  const over = recent.filter(isOver);
  const settledToMs = over.at(-1)?.atMs ?? history.settledToMs;
  return { ...history, peak: summit(peak, over, transfers), settledToMs, recent: recent.slice(over.length) };
}

const summit = (peak: Decimal, values: readonly Worth[], transfers: readonly Transfer[]): Decimal =>
  values
    .filter((worth) => transfers.every(({ atMs }) => Math.abs(atMs - worth.atMs) > UNCERTAIN_MS))
    .reduce((highest, worth) => maxDecimal(highest, valueNow(worth, transfers)), peak);

/** What it would be worth if all that moved later had been moved by then. */
const valueNow = ({ equity, atMs }: Worth, transfers: readonly Transfer[]): Decimal =>
  equity.plus(sum(transfers.filter((transfer) => transfer.atMs > atMs)));

const stepOf = ({ atMs }: Pick<Worth, 'atMs'>): number => Math.floor(atMs / STEP_MS);
const sum = (transfers: readonly Transfer[]): Decimal =>
  transfers.reduce((total, { amount }) => total.plus(amount), ZERO);
