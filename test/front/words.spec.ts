/**
 * The words of the Binance front: a row for every code of Elvis, and for each what an unmodified ccxt makes of it on the
 * front's own host names and on plain http.
 */
import { DENIAL_CODES, Denial, DenialCode, FAILURES, FailureCode, MARKETS, Market } from '@elvis/trading';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  RefusalAnswer,
  refusalBody,
  wordsOfDenial,
  wordsOfFailure,
} from '../../apps/binance-gateway/src/words/domain/answer';
import { Asked, Words } from '../../apps/binance-gateway/src/words/domain/words';

const DOINGS = ['place', 'amend', 'cancel', 'query', 'change', 'read'] as const;
const FAILURE_CODES = Object.keys(FAILURES) as FailureCode[];
const placing = (market: Market): Asked => ({ market, doing: 'place', side: 'BUY', type: 'LIMIT' });

const NOT_EXECUTED = 'OperationFailed';
const PACE = 'DDoSProtection';
/** No check of this market gives it. */
const NOT_GIVEN = 'OperationFailed';
/** By market: what ccxt throws on an own host name, and on plain http where that is another class. */
const CLASSES: Readonly<Record<DenialCode, readonly [futures: string, spot: string, plainFutures?: string]>> =
  {
    STATE_HALTED: ['MarketClosed', 'MarketClosed'],
    STATE_REDUCING: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    SYMBOL_LEASED: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    CLEARANCE_MISSING: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    CLEARANCE_EXCEEDED: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    INSTRUMENT_UNKNOWN: ['BadSymbol', 'BadSymbol'],
    INSTRUMENT_NOT_TRADING: ['BadRequest', 'MarketClosed', 'ExchangeError'],
    PRICE_NOT_ON_TICK: ['BadRequest', 'InvalidOrder'],
    PRICE_BELOW_MINIMUM: ['BadRequest', 'InvalidOrder'],
    PRICE_ABOVE_MAXIMUM: ['BadRequest', 'InvalidOrder'],
    PRICE_OUTSIDE_COLLAR: ['BadRequest', 'InvalidOrder'],
    PRICE_OUTSIDE_EXCHANGE_BAND: ['BadRequest', 'InvalidOrder'],
    QUANTITY_NOT_ON_STEP: ['BadRequest', 'InvalidOrder'],
    QUANTITY_BELOW_MINIMUM: ['BadRequest', 'InvalidOrder'],
    QUANTITY_ABOVE_MAXIMUM: ['BadRequest', 'InvalidOrder'],
    NOTIONAL_BELOW_MINIMUM: ['InvalidOrder', 'BadRequest', 'ExchangeError'],
    NOTIONAL_ABOVE_ORDER_MAXIMUM: ['BadRequest', 'BadRequest'],
    BOOK_TOO_THIN: ['OperationRejected', 'InvalidOrder', 'ExchangeError'],
    VENUE_DIVERGENCE_ABOVE_MAXIMUM: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    LEVERAGE_INVALID: ['BadRequest', NOT_GIVEN],
    LEVERAGE_ABOVE_MAXIMUM: ['OperationRejected', NOT_GIVEN, 'ExchangeError'],
    ORDER_TYPE_UNSUPPORTED: ['BadRequest', 'BadRequest'],
    REDUCE_ONLY_NOT_REDUCING: ['InvalidOrder', NOT_GIVEN, 'ExchangeError'],
    RATE_ABOVE_MAXIMUM: [PACE, PACE],
    ORDER_REPEATED: [PACE, PACE],
    OPEN_ORDERS_ABOVE_MAXIMUM: ['OperationRejected', 'BadRequest', 'ExchangeError'],
    POSITION_ABOVE_MAXIMUM: ['OperationRejected', 'BadRequest', 'ExchangeError'],
    GROSS_ABOVE_MAXIMUM: ['OperationRejected', 'BadRequest', 'ExchangeError'],
    MARGIN_INSUFFICIENT: ['InsufficientFunds', NOT_GIVEN, 'ExchangeError'],
    LOSS_ABOVE_DAILY_MAXIMUM: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    DRAWDOWN_ABOVE_MAXIMUM: ['PermissionDenied', 'PermissionDenied', 'ExchangeError'],
    BUILDS_DISAGREE: [NOT_EXECUTED, NOT_EXECUTED],
    FUNDS_INSUFFICIENT: [NOT_GIVEN, 'InsufficientFunds'],
    TRIGGER_WRONG_SIDE: ['OrderImmediatelyFillable', 'OrderImmediatelyFillable', 'ExchangeError'],
    CALLBACK_OUT_OF_RANGE: ['ExchangeError', 'ExchangeError'],
  };

const OWN_HOST = {
  futures: 'https://fapi.binance.elvis.internal/fapi/v1/order',
  spot: 'https://api.binance.elvis.internal/api/v3/order',
};
const PLAIN = { futures: 'http://127.0.0.1:3001/fapi/v1/order', spot: 'http://127.0.0.1:3001/api/v3/order' };

const told = (words: Words, elvisCode: string): RefusalAnswer => ({ words, elvisCode, decisionId: 'd-1' });

/** What ccxt throws for each of them, in their order. */
function thrownByCcxt(
  answers: readonly { readonly url: string; readonly answer: RefusalAnswer }[],
): string[] {
  const lines = answers.map(({ url, answer }) =>
    JSON.stringify({ url, status: answer.words.status, body: refusalBody(answer) }),
  );
  const { stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'ccxt-classes.mjs')], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  const classes = stdout.trim().split('\n');
  if (classes.length !== lines.length) throw new Error(`ccxt told of ${classes.length}: ${stderr}`);
  return classes;
}

const denialAnswers = (urls: Readonly<Record<Market, string>>) =>
  DENIAL_CODES.flatMap((code) =>
    MARKETS.map((market) => ({
      code,
      market,
      url: urls[market],
      answer: told(wordsOfDenial(placing(market), { code, context: {} }), code),
    })),
  );

describe('the words of the front', () => {
  it('has a row for every denial and every failure, which says something for whatever was asked', () => {
    const unsaid: string[] = [];
    const isSaid = ({ status, code, text }: Words): boolean => status >= 400 && code < 0 && text !== '';
    for (const market of MARKETS)
      for (const doing of DOINGS)
        for (const side of ['BUY', 'SELL'] as const)
          for (const type of [undefined, 'LIMIT', 'MARKET', 'STOP_MARKET'] as const) {
            const asked: Asked = { market, doing, side, ...(type && { type }) };
            for (const code of DENIAL_CODES)
              if (!isSaid(wordsOfDenial(asked, { code, context: {} }))) unsaid.push(code);
            for (const code of FAILURE_CODES) if (!isSaid(wordsOfFailure(asked, code))) unsaid.push(code);
          }
    expect(unsaid).toEqual([]);
  });

  it.each(['own host name', 'plain http'] as const)(
    'is thrown by ccxt as the class of its table: %s',
    (door) => {
      const answers = denialAnswers(door === 'plain http' ? PLAIN : OWN_HOST);
      const classes = thrownByCcxt(answers);
      const got = answers.map(({ code, market }, at) => `${code} ${market} ${classes[at]}`);
      const wanted = answers.map(({ code, market }) => {
        const [futures, spot, plain = futures] = CLASSES[code];
        if (market === 'spot') return `${code} spot ${spot}`;
        return `${code} futures ${door === 'plain http' ? plain : futures}`;
      });
      expect(got).toEqual(wanted);
    },
  );

  it('says of a halt that the market is closed, and adds nothing to it', () => {
    for (const [market, code] of [
      ['futures', -4141],
      ['spot', -1013],
    ] as const) {
      const denial: Denial = { code: 'STATE_HALTED', context: {} };
      const body = refusalBody(told(wordsOfDenial(placing(market), denial), 'STATE_HALTED'));
      expect(body).toBe(`{"code":${code},"msg":"Market is closed."}`);
    }
  });

  it('never says of an unknown outcome that nothing was done or that there is no such order', () => {
    for (const market of MARKETS)
      for (const doing of ['place', 'amend', 'cancel', 'change'] as const)
        for (const code of FAILURE_CODES.filter((code) => FAILURES[code] === 'UNKNOWN'))
          expect(wordsOfFailure({ market, doing }, code)).toMatchObject({ status: 503, code: -1007 });
    const [thrown] = thrownByCcxt([
      {
        url: PLAIN.futures,
        answer: told(wordsOfFailure(placing('futures'), 'SERVICE_SILENT'), 'SERVICE_SILENT'),
      },
    ]);
    expect(thrown).toBe('RequestTimeout');
  });

  it('never says of a request that was not sent that its outcome is unknown', () => {
    const wrong = FAILURE_CODES.filter((code) => FAILURES[code] !== 'UNKNOWN').filter((code) =>
      MARKETS.some((market) =>
        DOINGS.some((doing) => wordsOfFailure({ market, doing }, code).code === -1007),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps what the exchange says of our own key and clock from a client, and tells a person', () => {
    for (const exchangeCode of [-1021, -1022, -2014, -2015, -5028]) {
      const context = { exchangeCode, exchangeMessage: 'x' };
      expect(wordsOfFailure(placing('futures'), 'VENUE_REJECTED', { context })).toMatchObject({
        status: 503,
        code: -1001,
        isAlarm: true,
      });
    }
    const context = { exchangeCode: -5022, exchangeMessage: 'Post Only' };
    expect(wordsOfFailure(placing('futures'), 'VENUE_REJECTED', { context })).toMatchObject({
      status: 400,
      code: -5022,
      text: 'Post Only',
    });
  });

  it.each`
    why                                                | code     | named
    ${'a LIMIT order needs a price'}                   | ${-1102} | ${'price'}
    ${'a STOP_MARKET order needs a stopPrice'}         | ${-1102} | ${'stopPrice'}
    ${'a MARKET order must not have a price'}          | ${-1106} | ${'price'}
    ${'a MARKET order must not have a timeInForce'}    | ${-1106} | ${'timeInForce'}
    ${'a LIMIT order cannot close the position'}       | ${-1106} | ${'closePosition'}
    ${'spot has no mark price; leave workingType out'} | ${-1106} | ${'workingType'}
    ${'spot has no GTX; send a LIMIT_MAKER'}           | ${-1115} | ${'timeInForce'}
    ${'the spot market has no orders of this type'}    | ${-1116} | ${'orderType'}
  `(
    'tells which field is wrong: $why',
    ({ why, code, named }: { why: string; code: number; named: string }) => {
      const words = wordsOfDenial(placing('spot'), { code: 'ORDER_TYPE_UNSUPPORTED', context: { why } });
      expect(words.code).toBe(code);
      expect(words.text).toContain(named);
    },
  );
});
