/**
 * Which events somebody has to be woken for, and the few facts that are told of each: nothing else of it leaves. What an
 * alert is about is its key: of one kind and key one alert is open at a time.
 */
import {
  BotFaulted,
  BotPaused,
  BotStopped,
  BotUnprotected,
  botFaulted,
  botPaused,
  botStopped,
  botUnprotected,
} from '../bots/bot-events';
import {
  AccountDiffered,
  LeverageDrifted,
  accountDiffered,
  leverageDrifted,
} from '../messages/account-events';
import { EventEnvelope } from '../messages/contract';
import { DEAD_LETTER_SUBJECT, DeadLetter } from '../messages/dead-letters';
import { KillSwitchChanged, killSwitchActivated } from '../messages/kill-switch';
import {
  CandleDayCompared,
  CandleRevised,
  candleDayCompared,
  candleRevised,
} from '../messages/market/candles';
import { OrderChanged, orderReopened } from '../messages/orders/order-events';
import { ExchangeFrozen, exchangeFrozen } from '../messages/rate-limits';
import { LimitApproached, limitApproached } from '../messages/risk-commands';
import { AlertKind } from './alert-kinds';
import { scopeName } from './alert-ends';

export interface Alert {
  /** The same fact has the same id in every gateway. */
  readonly id: string;
  readonly kind: AlertKind;
  /** What it is about: a symbol, an order, a bot, a scope. */
  readonly key: string;
  /** One sentence, for people. */
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
  /** When it ends by itself, UTC milliseconds. */
  readonly endsAtMs?: number;
}

type Told = Omit<Alert, 'id'>;
type Rule = (data: never) => Told | undefined;

/** A pause by a person or a halt wakes nobody: somebody knows. Late data mostly come back by themselves. */
const PAUSES_TO_TELL: ReadonlySet<string> = new Set(['limit', 'divergence', 'foreign', 'refusals']);
const TOLD_FROM_PERCENT = 90;

const RULES: Readonly<Record<string, Rule>> = {
  [killSwitchActivated.type]: ({ scope, state = 'HALTED', actor, reason, epoch }: KillSwitchChanged) => {
    const where = scopeName(scope);
    return alert('HALT', where, `The trading state is ${state} (${where}), set by ${actor}: ${reason}`, {
      scope: where,
      state,
      actor,
      reason,
      epoch,
    });
  },
  [exchangeFrozen.type]: ({ market, scope, kind, untilMs, exchangeCode = 0 }: ExchangeFrozen) => {
    const until = isoTime(untilMs);
    const isBan = kind === 'BANNED' || kind === 'BLOCKED';
    const told = alert(
      isBan ? 'BAN' : 'FREEZE',
      `${market} ${scope}`,
      `The exchange has rate-limited Elvis on ${market} (${kind}, ${scope}) until ${until}`,
      { market, scope, kind, until, exchangeCode },
    );
    return { ...told, endsAtMs: untilMs };
  },
  [leverageDrifted.type]: ({ symbol, confirmed, found }: LeverageDrifted) =>
    alert(
      'LEVERAGE_DRIFT',
      symbol,
      `The leverage of ${symbol} is ${found} at the exchange instead of ${confirmed}; set it again or check who changed it`,
      {
        symbol,
        confirmed,
        found,
      },
    ),
  [accountDiffered.type]: ({ market, kind, about, ours, theirs, worth }: AccountDiffered) =>
    alert(
      'RECONCILIATION_DIFFERENCE',
      `${market} ${kind} ${about}`,
      `${kind} of ${about} differed and was corrected: Elvis had ${ours}, the exchange has ${theirs}`,
      {
        market,
        kind,
        about,
        ours,
        theirs,
        ...(worth !== undefined && { worth }),
      },
    ),
  [candleRevised.type]: ({ market, symbol, openTimeMs, revision }: CandleRevised) => {
    const openTime = isoTime(openTimeMs);
    return alert(
      'CANDLE_REVISED',
      `${market} ${symbol}`,
      `The candle of ${symbol} (${market}) of ${openTime} was corrected after it had been sealed; bots may have decided on the one before`,
      { market, symbol, openTime, revision },
    );
  },
  [candleDayCompared.type]: ({ market, symbol, day, differing, parity, isChanged }: CandleDayCompared) =>
    differing === 0 && !isChanged
      ? undefined
      : alert(
          'CANDLES_DIFFER',
          `${market} ${symbol}`,
          isChanged
            ? `Candles of ${symbol} (${market}) of ${day} were changed after the day had been compared; find out by whom`
            : `${differing} candles of ${symbol} (${market}) of ${day} differ from the exchange's own; the event lists them`,
          { market, symbol, day, differing, parity },
        ),
  [botUnprotected.type]: ({ botConfigId, name, symbol, position, reason }: BotUnprotected) =>
    alert(
      'UNPROTECTED_POSITION',
      botConfigId,
      `The position ${position} of the bot ${name} in ${symbol} has no live stop: ${reason}`,
      { botConfigId, name, symbol, position, reason },
    ),
  [botFaulted.type]: ({ botConfigId, name, symbol, code, message }: BotFaulted) =>
    alert('BOT_FAULTED', botConfigId, `The bot ${name} in ${symbol} is FAULTED (${code}): ${message}`, {
      botConfigId,
      name,
      symbol,
      code,
    }),
  [botPaused.type]: ({ botConfigId, name, symbol, causes, reason }: BotPaused) => {
    const told = causes.filter((cause) => PAUSES_TO_TELL.has(cause));
    return told.length === 0
      ? undefined
      : alert('BOT_PAUSED', botConfigId, `The bot ${name} in ${symbol} paused itself: ${reason}`, {
          botConfigId,
          name,
          symbol,
          causes: told.join(' '),
        });
  },
  [botStopped.type]: ({ botConfigId, name, symbol, orders, position, why }: BotStopped) =>
    why === null
      ? undefined
      : alert(
          'BOT_REMAINDER',
          botConfigId,
          `The bot ${name} in ${symbol} stopped and left something at the exchange: ${why}`,
          { botConfigId, name, symbol, position, orders: orders.join(' ') },
        ),
  [orderReopened.type]: ({ order: { clientOrderId, symbol, status } }: OrderChanged) =>
    alert(
      'ORDER_REOPENED',
      clientOrderId,
      `Order ${clientOrderId} was taken for closed, and the exchange has shown that it is not: it is ${status}`,
      { clientOrderId, symbol, status },
    ),
  [limitApproached.type]: ({ limit, about, used, maximum, percent }: LimitApproached) =>
    percent < TOLD_FROM_PERCENT
      ? undefined
      : alert('LIMIT_APPROACHED', `${limit} ${about}`, `${percent} % of ${limit} (${about}) is used`, {
          limit,
          about,
          used,
          maximum,
        }),
  [DEAD_LETTER_SUBJECT]: ({ subject, sequence, problem }: DeadLetter) =>
    alert(
      'DEAD_LETTER',
      'history',
      `An event could not be stored in the history (${subject}, number ${sequence}): ${problem}. It is kept in dead_letters`,
      {
        subject,
        sequence,
        problem,
      },
    ),
};

/** The alert that this event is, if it is one. */
export function alertOf({ id, type, data }: Pick<EventEnvelope, 'id' | 'type' | 'data'>): Alert | undefined {
  const told = RULES[type]?.(data as never);
  return told && { id, ...told };
}

export const unknownTooOld = (clientOrderId: string, symbol: string, ageMs: number): Alert => ({
  id: `unknown-${clientOrderId}`,
  ...alert(
    'UNKNOWN_TOO_OLD',
    clientOrderId,
    `Order ${clientOrderId} has been UNKNOWN for ${ageMs} ms; check it on the exchange`,
    { clientOrderId, symbol },
  ),
});

const isoTime = (ms: number): string => new Date(ms).toISOString();
const FACT_AT_MOST = 200;

const alert = (
  kind: AlertKind,
  key: string,
  text: string,
  facts: Readonly<Record<string, string | number>>,
): Told => ({
  kind,
  key: key.slice(0, FACT_AT_MOST),
  text: text.slice(0, 2 * FACT_AT_MOST),
  facts: Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, `${value}`.slice(0, FACT_AT_MOST)]),
  ),
});
