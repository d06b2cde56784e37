/** Which events somebody has to be woken for, and the few facts that are told of each: nothing else of it leaves. */
import {
  AccountDiffered,
  BotFaulted,
  BotUnprotected,
  CandleDayCompared,
  CandleRevised,
  DEAD_LETTER_SUBJECT,
  DeadLetter,
  EventEnvelope,
  ExchangeFrozen,
  KillSwitchChanged,
  LeverageDrifted,
  accountDiffered,
  botFaulted,
  botUnprotected,
  candleDayCompared,
  candleRevised,
  exchangeFrozen,
  killSwitchActivated,
  leverageDrifted,
} from '@elvis/contracts';
import { isoTime } from '../rest/iso-time';

type AlertKind =
  | 'HALT'
  | 'FREEZE'
  | 'BAN'
  | 'UNKNOWN_TOO_OLD'
  | 'LEVERAGE_DRIFT'
  | 'RECONCILIATION_DIFFERENCE'
  | 'CANDLE_REVISED'
  | 'CANDLES_DIFFER'
  | 'DEAD_LETTER'
  | 'UNPROTECTED_POSITION'
  | 'BOT_FAULTED';

export interface Alert {
  /** The same fact has the same id in every gateway. */
  readonly id: string;
  readonly kind: AlertKind;
  /** One sentence, for people. */
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
}

type Rule = (data: never) => Omit<Alert, 'id'> | undefined;

const RULES: Readonly<Record<string, Rule>> = {
  [killSwitchActivated.type]: ({ scope, state = 'HALTED', actor, reason, epoch }: KillSwitchChanged) => {
    const where = `${scope.type} ${scope.value ?? ''}`.trim();
    return alert('HALT', `The trading state is ${state} (${where}), set by ${actor}: ${reason}`, {
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
    return alert(
      isBan ? 'BAN' : 'FREEZE',
      `The exchange has rate-limited Elvis on ${market} (${kind}, ${scope}) until ${until}`,
      { market, scope, kind, until, exchangeCode },
    );
  },
  [leverageDrifted.type]: ({ symbol, confirmed, found }: LeverageDrifted) =>
    alert(
      'LEVERAGE_DRIFT',
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
      `The candle of ${symbol} (${market}) of ${openTime} was corrected after it had been sealed; bots may have decided on the one before`,
      { market, symbol, openTime, revision },
    );
  },
  [candleDayCompared.type]: ({ market, symbol, day, differing, parity, isChanged }: CandleDayCompared) =>
    differing === 0 && !isChanged
      ? undefined
      : alert(
          'CANDLES_DIFFER',
          isChanged
            ? `Candles of ${symbol} (${market}) of ${day} were changed after the day had been compared; find out by whom`
            : `${differing} candles of ${symbol} (${market}) of ${day} differ from the exchange's own; the event lists them`,
          { market, symbol, day, differing, parity },
        ),
  [botUnprotected.type]: ({ botConfigId, name, symbol, position, reason }: BotUnprotected) =>
    alert(
      'UNPROTECTED_POSITION',
      `The position ${position} of the bot ${name} in ${symbol} has no live stop: ${reason}`,
      { botConfigId, name, symbol, position, reason },
    ),
  [botFaulted.type]: ({ botConfigId, name, symbol, code, message }: BotFaulted) =>
    alert('BOT_FAULTED', `The bot ${name} in ${symbol} is FAULTED (${code}): ${message}`, {
      botConfigId,
      name,
      symbol,
      code,
    }),
  [DEAD_LETTER_SUBJECT]: ({ subject, sequence, problem }: DeadLetter) =>
    alert(
      'DEAD_LETTER',
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
    `Order ${clientOrderId} has been UNKNOWN for ${ageMs} ms; check it on the exchange`,
    { clientOrderId, symbol },
  ),
});

const FACT_AT_MOST = 200;

const alert = (
  kind: AlertKind,
  text: string,
  facts: Readonly<Record<string, string | number>>,
): Omit<Alert, 'id'> => ({
  kind,
  text: text.slice(0, 2 * FACT_AT_MOST),
  facts: Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, `${value}`.slice(0, FACT_AT_MOST)]),
  ),
});
