import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Decimal } from './decimal';
import { APPROVED, DENIAL_CODES, denied, isMissingInput } from './denial';
import { FAILURES, FAILURE_KINDS, FailureCode, TradingFailure, isFailureCode } from './failure';
import { Instrument, InstrumentMessage, fromInstrumentMessage, toInstrumentMessage } from './instrument';
import {
  ASSET_PATTERN,
  CLIENT_ORDER_ID_PATTERN,
  MARKETS,
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
  TIMES_IN_FORCE,
  WORKING_TYPES,
  isClosedStatus,
  isConditional,
} from './order';
import { JOURNAL_RECORD_TYPES } from './order-record';
import { STOP_PHASES } from './stop-protocol';
import {
  GLOBAL_SCOPE,
  STOP_SCOPES,
  TRADING_STATES,
  isSameScope,
  scopeCovers,
  strictestState,
} from './trading-state';

describe('a word on the wire', () => {
  it.each([
    ['a market', MARKETS, 'futures spot'],
    ['a side', ORDER_SIDES, 'BUY SELL'],
    [
      'a type',
      ORDER_TYPES,
      'LIMIT MARKET STOP STOP_MARKET TAKE_PROFIT TAKE_PROFIT_MARKET TRAILING_STOP_MARKET ' +
        'LIMIT_MAKER STOP_LOSS_LIMIT TAKE_PROFIT_LIMIT',
    ],
    ['a time in force', TIMES_IN_FORCE, 'GTC IOC FOK GTX'],
    ['a price that triggers', WORKING_TYPES, 'MARK_PRICE CONTRACT_PRICE'],
    ['a record of the journal', JOURNAL_RECORD_TYPES, 'INTENT RELEASED VOID DENIED OUTCOME'],
    ['a scope of a stop', STOP_SCOPES, 'global symbol bot'],
    [
      'a phase of a stop',
      STOP_PHASES,
      'REQUESTED BLOCKED DRAINED CANCELLING VERIFIED_ZERO FLATTENING VERIFIED_FLAT INCOMPLETE',
    ],
  ])('for %s is stored and sent as it is: another spelling is another wire', (_what, words, expected) => {
    expect(words.join(' ')).toBe(expected);
  });
});

describe('an order', () => {
  it('is over once it is filled, canceled, rejected, expired or denied, and not before', () => {
    expect(ORDER_STATUSES.filter(isClosedStatus)).toEqual([
      ...['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'DENIED'],
    ]);
    expect(ORDER_STATUSES.filter((status) => !isClosedStatus(status))).toEqual([
      ...['PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'UNKNOWN'],
    ]);
  });

  it('waits for its trigger unless it is of a plain type', () => {
    expect(ORDER_TYPES.filter((type) => !isConditional(type))).toEqual(['LIMIT', 'MARKET', 'LIMIT_MAKER']);
  });

  it.each(['a', '.A-Z:/a-z0-9_-', 'x'.repeat(36)])('may be called %s', (id) => {
    expect(CLIENT_ORDER_ID_PATTERN.test(id)).toBe(true);
  });

  it.each(['', 'x'.repeat(37), 'a b', 'é', 'a\n', '*a', 'a>'])('may not be called %j', (id) => {
    expect(CLIENT_ORDER_ID_PATTERN.test(id)).toBe(false);
  });

  it.each([
    ['BTCUSDT', true],
    ['1000PEPEUSDT', true],
    ['BTCUSDT_261225', true],
    ['IDOL', true],
    ['币安人生USDT', true],
    ['ABC', true],
    ['AB', false],
    ['A'.repeat(40), true],
    ['A'.repeat(41), false],
    ['btcusdt', false],
    ['BTCUSDT\n', false],
    ['BTC*', false],
    ['BTC>', false],
    ['BTC:USDT', false],
    ['BTC USDT', false],
    ['BTC-USDT', false],
    ['.BTCUSDT', false],
    ['BTCUSDT.', false],
  ])('for %s is one for a symbol: %s', (symbol, is) => {
    expect(SYMBOL_PATTERN.test(symbol)).toBe(is);
  });
});

describe('the alphabet of symbols', () => {
  const listed = (file: string): { readonly symbol: string; readonly baseAsset: string }[] => {
    const text = gunzipSync(readFileSync(join('apps/paper-exchange/exchange-info', file))).toString();
    return (JSON.parse(text) as { symbols: { symbol: string; baseAsset: string }[] }).symbols;
  };

  it.each([
    ['futures', 'futures-others.json.gz', 647],
    ['spot', 'spot-others.json.gz', 1_608],
  ])('takes every symbol and every asset that %s lists', (_market, file, count) => {
    const rows = listed(file);
    expect(rows).toHaveLength(count);
    expect(rows.filter(({ symbol }) => !SYMBOL_PATTERN.test(symbol))).toEqual([]);
    expect(rows.filter(({ baseAsset }) => !ASSET_PATTERN.test(baseAsset))).toEqual([]);
  });

  it.each(['', 'usdt', 'US DT', 'USDT_', 'U'.repeat(21)])('has no asset %j', (asset) => {
    expect(ASSET_PATTERN.test(asset)).toBe(false);
  });
});

describe('an instrument', () => {
  const d = (text: string): Decimal => new Decimal(text);
  const instrument: Instrument = {
    ...{ symbol: 'BTCUSDT', market: 'futures', baseAsset: 'BTC', quoteAsset: 'USDT', isTrading: true },
    ...{ tickSize: d('0.1'), minPrice: d('1'), maxPrice: d('2'), stepSize: d('0.001') },
    ...{ minQuantity: d('3'), maxQuantity: d('4'), marketStepSize: d('0.01') },
    ...{ marketMinQuantity: d('5'), marketMaxQuantity: d('6'), minNotional: d('7') },
    ...{ priceMultiplierUp: d('1.05'), priceMultiplierDown: d('0.95') },
  };
  const message: InstrumentMessage = {
    ...{ symbol: 'BTCUSDT', market: 'futures', baseAsset: 'BTC', quoteAsset: 'USDT', isTrading: true },
    ...{ tickSize: '0.1', minPrice: '1', maxPrice: '2', stepSize: '0.001', minQuantity: '3' },
    ...{ maxQuantity: '4', marketStepSize: '0.01', marketMinQuantity: '5', marketMaxQuantity: '6' },
    ...{ minNotional: '7', priceMultiplierUp: '1.05', priceMultiplierDown: '0.95' },
  };

  it('travels as text and comes back the same', () => {
    expect(toInstrumentMessage(instrument)).toEqual(message);
    expect(fromInstrumentMessage(message)).toEqual(instrument);
  });

  it('has no bound that the exchange does not name, also where the wire says null', () => {
    const open = { ...instrument, minPrice: undefined, maxPrice: undefined };
    expect(fromInstrumentMessage(toInstrumentMessage(open))).toEqual(open);
    expect(fromInstrumentMessage({ ...message, minPrice: null } as never).minPrice).toBeUndefined();
  });
});

describe('trading states', () => {
  it('are as strict as the strictest, and ACTIVE where nobody says anything', () => {
    expect(strictestState([])).toBe('ACTIVE');
    expect(strictestState(['ACTIVE', 'REDUCING', 'ACTIVE'])).toBe('REDUCING');
    expect(strictestState(['REDUCING', 'HALTED', 'REDUCING'])).toBe('HALTED');
    expect(TRADING_STATES).toEqual(['ACTIVE', 'REDUCING', 'HALTED']);
  });

  it('cover what is narrower or the same', () => {
    const btc = { type: 'symbol', value: 'BTCUSDT' } as const;
    const eth = { type: 'symbol', value: 'ETHUSDT' } as const;
    const bot = { type: 'bot', value: 'BTCUSDT' } as const;
    expect([scopeCovers(GLOBAL_SCOPE, btc), scopeCovers(btc, btc)]).toEqual([true, true]);
    expect([scopeCovers(btc, GLOBAL_SCOPE), scopeCovers(btc, eth), scopeCovers(btc, bot)]).toEqual([
      ...[false, false, false],
    ]);
    expect([isSameScope(GLOBAL_SCOPE, { type: 'global' }), isSameScope(btc, bot)]).toEqual([true, false]);
  });
});

describe('a refusal', () => {
  it('is a value with its code and numbers, and approval is one that nobody can change', () => {
    expect(denied('MARK_MISSING')).toEqual({
      approved: false,
      denial: { code: 'MARK_MISSING', context: {} },
    });
    expect(denied('MARK_STALE', { ageMs: '1' })).toMatchObject({ denial: { context: { ageMs: '1' } } });
    expect(Object.isFrozen(APPROVED) && APPROVED.approved).toBe(true);
  });

  it('has a code of category and condition', () => {
    expect(DENIAL_CODES.filter((code) => !/^[A-Z]+(_[A-Z]+)+$/.test(code))).toEqual([]);
    expect(new Set(DENIAL_CODES).size).toBe(DENIAL_CODES.length);
  });
});

describe('a failure', () => {
  /** What a caller does next follows from the kind, so a code that changes its kind changes what callers do. */
  it.each<[(typeof FAILURE_KINDS)[number], readonly FailureCode[]]>([
    ['INVALID', ['MESSAGE_MALFORMED', 'IDEMPOTENCY_KEYS_DIFFER', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED']],
    ['UNAUTHORIZED', ['API_KEY_WRONG', 'CREDENTIALS_WRONG', 'TOKEN_INVALID']],
    ['FORBIDDEN', ['SCOPE_MISSING', 'BOT_NOT_ALLOWED', 'USER_REQUIRED']],
    ['NOT_FOUND', ['ROUTE_NOT_FOUND', 'ORDER_NOT_FOUND', 'DECISION_NOT_FOUND', 'INSTRUMENT_NOT_FOUND']],
    ['NOT_FOUND', ['USER_NOT_FOUND', 'KEY_NOT_FOUND']],
    ['CONFLICT', ['EMAIL_TAKEN', 'ORDER_ID_TAKEN', 'ORDER_ALREADY_CLOSED', 'AMENDMENT_UNDER_WAY']],
    ['CONFLICT', ['STOP_ADDS_NOTHING', 'STOP_NEWER_THAN_CLEAR', 'STOP_NOT_VERIFIED', 'STOP_CONDITION_LASTS']],
    ['INVALID', ['BOT_CONFIG_INVALID']],
    ['UNAUTHORIZED', ['SIGNAL_SECRET_WRONG']],
    ['NOT_FOUND', ['BOT_NOT_FOUND', 'BOT_STEP_NOT_FOUND', 'STRATEGY_NOT_FOUND', 'BACKTEST_NOT_FOUND']],
    ['CONFLICT', ['BOT_CONFIG_CHANGED', 'BOT_ALREADY_RUNNING', 'BOT_NOT_RUNNING', 'BOT_NOT_STOPPED']],
    ['CONFLICT', ['BOT_SYMBOL_TAKEN', 'BOT_NOT_CLEARED', 'BOT_OVERCOMMITTED', 'TRADING_HALTED']],
    ['CONFLICT', ['BOT_FAULT_OPEN', 'BOT_NOT_FAULTED', 'LEASE_IN_USE']],
    ['NOT_FOUND', ['LEASE_NOT_FOUND', 'ALERT_NOT_FOUND', 'EXPLANATION_NOT_FOUND']],
    ['REJECTED', ['LEVERAGE_REFUSED', 'OVERRIDE_REFUSED', 'APPROVAL_INVALID', 'VENUE_REJECTED']],
    ['LIMITED', ['RATE_LIMITED']],
    ['UNAVAILABLE', ['VENUE_BUDGET_SPENT', 'VENUE_FROZEN', 'VENUE_UNREACHABLE', 'CLOCK_UNCERTAIN']],
    ['UNAVAILABLE', ['PERMIT_MISSING', 'EPOCH_CHANGED', 'SEND_TOO_LATE', 'RESERVATION_MISSING']],
    ['UNAVAILABLE', ['STATE_UNKNOWN', 'LIMITS_UNKNOWN', 'STORE_UNAVAILABLE', 'STORE_REBUILDING']],
    ['UNAVAILABLE', ['ACCOUNT_UNAVAILABLE', 'MARKET_DATA_MISSING', 'SERVICE_UNREACHABLE', 'OVERLOADED']],
    ['UNAVAILABLE', ['API_KEY_NOT_CONFIGURED', 'SIGN_IN_NOT_CONFIGURED', 'ENCRYPTION_NOT_CONFIGURED']],
    ['UNKNOWN', ['VENUE_SILENT', 'VENUE_UNREADABLE', 'SERVICE_SILENT', 'INTERNAL_FAULT']],
  ])('is %s for each of %j', (kind, codes) => {
    expect(codes.map((code) => new TradingFailure(code, '').kind)).toEqual(codes.map(() => kind));
  });

  it('has a kind that is one of the list', () => {
    expect(Object.values(FAILURES).every((kind) => FAILURE_KINDS.includes(kind))).toBe(true);
    expect(FAILURE_KINDS).toHaveLength(9);
  });

  it('carries what the caller may know, and its cause only where there is one', () => {
    const cause = new Error('below');
    const failure = new TradingFailure('VENUE_FROZEN', 'later', {
      cause,
      retryAfterMs: 5,
      context: { a: 1 },
    });
    expect(failure).toMatchObject({
      name: 'TradingFailure',
      message: 'later',
      cause,
      retryAfterMs: 5,
      context: { a: 1 },
    });
    expect(failure).toBeInstanceOf(Error);
    expect('cause' in new TradingFailure('VENUE_FROZEN', 'later')).toBe(false);
    expect('cause' in new TradingFailure('VENUE_FROZEN', 'later', { cause: undefined })).toBe(true);
  });

  it('is known by its code', () => {
    expect(isFailureCode('VENUE_FROZEN')).toBe(true);
    expect(['toString', 'venue_frozen', 1, undefined, ['VENUE_FROZEN']].filter(isFailureCode)).toEqual([]);
  });
});

describe('a refusal', () => {
  it('is a missing input only where what the check reads is missing or old', () => {
    expect(isMissingInput({ code: 'MARK_STALE', context: {} })).toBe(true);
    expect(isMissingInput({ code: 'MARGIN_INSUFFICIENT', context: {} })).toBe(false);
  });

  it('of a symbol says what a symbol is', () => {
    expect(SYMBOL_RULE).toMatch(/capital letters, digits or _/);
  });
});
