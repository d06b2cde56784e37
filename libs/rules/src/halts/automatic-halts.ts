/**
 * What stops trading without anybody asking: each rule looks at measured numbers and names what it found, with the
 * narrowest scope that helps. A finding has to last its dwell time; what a person has acknowledged does not trip again
 * until it has gone and come back.
 */
import { Decimal, StopScope } from '@elvis/trading';
import { LossFact, RiskLimits } from '../order/check';
import { LossName } from '../loss/loss';
import { RefusalCount, RejectStreak, countOf } from './refusal-counts';

export interface Finding {
  readonly name: string;
  readonly scope: StopScope;
  readonly reason: string;
  /** How long it must last before it stops anything. */
  readonly dwellMs: number;
}

const GLOBAL: StopScope = { type: 'global' };
/** One reading of the account may be odd; three in a row are not. */
const LOSS_DWELL_MS = 2_500;
/** The same order refused as a repeat so often is no double click. */
export const REPEATS_MAXIMUM = 20;

export function lossFindings(
  loss: LossFact | undefined,
  { maxDailyLoss, maxDrawdown }: Pick<RiskLimits, 'maxDailyLoss' | 'maxDrawdown'>,
): readonly Finding[] {
  if (!loss) return [];
  const found: Finding[] = [];
  const look = (name: string, what: string, value: Decimal, maximum: Decimal | undefined): void => {
    if (!maximum || value.lte(maximum)) return;
    const reason = `${what} ${value.toFixed(2)} is above its limit ${maximum.toFixed()}`;
    found.push({ name, scope: GLOBAL, reason, dwellMs: LOSS_DWELL_MS });
  };
  look('daily-loss', 'loss of today', loss.today, maxDailyLoss);
  look('drawdown', 'drawdown', loss.drawdown, maxDrawdown);
  return found;
}

export const isLossName = (name: string): name is LossName => name === 'daily-loss' || name === 'drawdown';
export const isLoss = ({ name }: Finding): boolean => isLossName(name);

/** One bot, or else one symbol: the one that sent the orders. */
const narrowest = (symbol: string, botConfigId: string | undefined): StopScope =>
  botConfigId === undefined ? { type: 'symbol', value: symbol } : { type: 'bot', value: botConfigId };

/**
 * A bot that is refused again and again is stopped. So is anyone who has most of what an actor's refusals add up to, a
 * bot or else a symbol; those of bots that are stopped for themselves are left out of it.
 */
export function rejectFindings(
  streaks: readonly RejectStreak[],
  maximum: number | undefined,
): readonly Finding[] {
  if (maximum === undefined) return [];
  const isTooMuch = ({ refusals }: RejectStreak): boolean => countOf(refusals) > maximum;
  const ofBots = streaks.filter((streak) => streak.botConfigId !== undefined && isTooMuch(streak));
  const isStopped = (actor: string, bot: string | undefined): boolean =>
    ofBots.some((streak) => streak.actor === actor && streak.botConfigId === bot);
  const ofActors = streaks
    .filter(({ botConfigId }) => botConfigId === undefined)
    .map((streak) => ({
      ...streak,
      refusals: streak.refusals.filter(({ botConfigId }) => !isStopped(streak.actor, botConfigId)),
    }))
    .filter(isTooMuch);
  return [...ofBots, ...ofActors].map(({ actor, refusals, lastCode }) => ({
    name: 'consecutive-rejects',
    scope: mostRefused(refusals),
    reason: `${countOf(refusals)} orders of ${actor} were rejected in a row, more than ${maximum}; the last one with ${lastCode}`,
    dwellMs: 0,
  }));
}

/** Of several with as many the latest. */
function mostRefused(refusals: readonly RefusalCount[]): StopScope {
  const counts = new Map<string, { readonly scope: StopScope; readonly count: number }>();
  for (const { symbol, botConfigId, count } of refusals) {
    const scope = narrowest(symbol, botConfigId);
    const key = `${scope.type}:${scope.value ?? ''}`;
    counts.set(key, { scope, count: (counts.get(key)?.count ?? 0) + count });
  }
  const most = Math.max(...[...counts.values()].map(({ count }) => count));
  return [...counts.values()].findLast(({ count }) => count === most)?.scope ?? GLOBAL;
}

export interface RepeatedOrder {
  readonly actor: string;
  readonly symbol: string;
  readonly botConfigId?: string;
  readonly repeats: number;
}

export const repeatFindings = (orders: readonly RepeatedOrder[]): readonly Finding[] =>
  orders
    .filter(({ repeats }) => repeats >= REPEATS_MAXIMUM)
    .map(({ actor, symbol, botConfigId, repeats }) => ({
      name: 'repeated-orders',
      scope: narrowest(symbol, botConfigId),
      reason: `${actor} repeated the same order for ${symbol} ${repeats} times`,
      dwellMs: 0,
    }));

export interface PriceAge {
  readonly symbol: string;
  /** Since the last price, or since this process listens. */
  readonly ageMs: number;
}

/** Each symbol by itself; everything only if all of them are silent. */
export function staleFindings(ages: readonly PriceAge[], maximumMs: number | undefined): readonly Finding[] {
  if (maximumMs === undefined) return [];
  const stale = ages.filter(({ ageMs }) => ageMs > maximumMs);
  const reason = (symbol: string, ageMs: number): string =>
    `no price of ${symbol} was received for ${Math.round(ageMs / 1_000)} s, longer than ${Math.round(maximumMs / 1_000)} s`;
  if (stale.length > 1 && stale.length === ages.length) {
    const symbols = stale.map(({ symbol }) => symbol).join(', ');
    const youngest = Math.min(...stale.map(({ ageMs }) => ageMs));
    return [{ name: 'stale-market', scope: GLOBAL, reason: reason(symbols, youngest), dwellMs: 0 }];
  }
  return stale.map(({ symbol, ageMs }) => ({
    name: 'stale-market',
    scope: { type: 'symbol', value: symbol },
    reason: reason(symbol, ageMs),
    dwellMs: 0,
  }));
}

export interface UnknownOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly ageMs: number;
}

export const unknownFindings = (
  orders: readonly UnknownOrder[],
  maximumMs: number | undefined,
): readonly Finding[] =>
  maximumMs === undefined
    ? []
    : orders
        .filter(({ ageMs }) => ageMs > maximumMs)
        .map(({ clientOrderId, symbol, ageMs }) => ({
          name: 'unknown-order',
          scope: { type: 'symbol', value: symbol },
          reason: `the outcome of ${clientOrderId} has been unknown for ${Math.round(ageMs / 1_000)} s`,
          dwellMs: 0,
        }));

export function banFindings(
  bannedUntilMs: number | undefined,
  nowMs: number,
  minimumMs: number | undefined,
): readonly Finding[] {
  if (bannedUntilMs === undefined || minimumMs === undefined) return [];
  if (bannedUntilMs - nowMs < minimumMs) return [];
  const until = new Decimal(bannedUntilMs).minus(nowMs).div(1_000).toFixed(0);
  const reason = `the exchange has banned Elvis for another ${until} s`;
  return [{ name: 'exchange-ban', scope: GLOBAL, reason, dwellMs: 0 }];
}

export function buildFindings(
  disagreement: string | undefined,
  dwellMs: number | undefined,
): readonly Finding[] {
  if (disagreement === undefined || dwellMs === undefined) return [];
  return [
    {
      name: 'mixed-builds',
      scope: GLOBAL,
      reason: `replicas run builds that do not fit together: ${disagreement}`,
      dwellMs,
    },
  ];
}

export const keyOf = ({ name, scope }: Pick<Finding, 'name' | 'scope'>): string =>
  `${name}:${scope.type}:${scope.value ?? ''}`;

/** Remembers since when each finding stands, and which of them a person has acknowledged. */
export class Dwelling {
  private readonly since = new Map<string, number>();
  private readonly acknowledged = new Set<string>();

  /** The findings that have lasted long enough and were not acknowledged. */
  due(findings: readonly Finding[], nowMs: number): readonly Finding[] {
    const keys = new Set(findings.map(keyOf));
    for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
    for (const key of this.acknowledged) if (!keys.has(key)) this.acknowledged.delete(key);
    return findings.filter((finding) => {
      const key = keyOf(finding);
      const since = this.since.get(key) ?? nowMs;
      this.since.set(key, since);
      return nowMs - since >= finding.dwellMs && !this.acknowledged.has(key);
    });
  }

  /** What stands is known to a person: it trips again only after it has been gone. */
  acknowledge(stop: Pick<Finding, 'name' | 'scope'>): void {
    this.acknowledged.add(keyOf(stop));
  }

  /** What was acknowledged is measured again from here: if it is found again, it trips again. */
  beginAnew(stop: Pick<Finding, 'name' | 'scope'>): void {
    this.acknowledged.delete(keyOf(stop));
    this.since.delete(keyOf(stop));
  }
}

/** How the exchange has the account set up; every field must be what Elvis counts by. */
export interface AccountSetUp {
  readonly positionMode: string;
  readonly assetMode: string;
  readonly canTrade: boolean;
}

/** What was verified at the start was switched since: nothing is counted rightly, or nothing is accepted, any more. */
export function modeFindings(modes: AccountSetUp | undefined): readonly Finding[] {
  if (!modes) return [];
  const wrong = [
    ...(modes.positionMode === 'ONE_WAY' ? [] : ['in hedge mode']),
    ...(modes.assetMode === 'SINGLE' ? [] : ['in multi-asset mode']),
    ...(modes.canTrade ? [] : ['not allowed to trade']),
  ];
  if (wrong.length === 0) return [];
  const reason = `the account is ${wrong.join(' and ')}; Elvis trades one-way, single-asset accounts`;
  return [{ name: 'account-mode', scope: GLOBAL, reason, dwellMs: 0 }];
}
