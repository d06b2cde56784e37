/** Every parameter that Binance's calls for an order know: each changes the order that is sent, or is refused. */
import { readFileSync } from 'node:fs';
import { Market } from '@elvis/trading';
import { Parameters } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { readAlgoOrder, readOrder } from './read-order';

const PLAIN = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1',
  price: '9',
};
const ALGO = { ...PLAIN, algoType: 'CONDITIONAL', type: 'STOP', triggerPrice: '8' };
/** Of every signed call, or about the answer and the name: what is ordered is the same. */
const NOT_OF_THE_ORDER = [
  ...['recvWindow', 'timestamp', 'signature', 'newOrderRespType', 'newClientOrderId', 'clientAlgoId'],
  // Shown beside the order by Binance, and without effect on it.
  ...['strategyId', 'strategyType'],
];
/** A value that means something else than leaving it out. */
const VALUES: Readonly<Record<string, string>> = {
  ...{ symbol: 'ETHUSDT', side: 'SELL', type: 'MARKET', timeInForce: 'IOC', quantity: '2', price: '10' },
  ...{ reduceOnly: 'true', closePosition: 'true', priceProtect: 'TRUE', positionSide: 'LONG' },
  ...{ workingType: 'MARK_PRICE', priceMatch: 'QUEUE', selfTradePreventionMode: 'EXPIRE_TAKER' },
  ...{ goodTillDate: '1900000000000', callbackRate: '1', quoteOrderQty: '5', icebergQty: '1' },
  ...{ trailingDelta: '10', pegPriceType: 'PRIMARY_PEG', pegOffsetType: 'PRICE_LEVEL', pegOffsetValue: '1' },
  ...{ stopPrice: '8', activationPrice: '8', activatePrice: '8', triggerPrice: '7', algoType: 'VP' },
};

/** By Binance's own SDK of futures, and by its documentation of spot. */
const FUTURES = namesOf('POST', '/fapi/v1/order');
const FUTURES_ALGO = namesOf('POST', '/fapi/v1/algoOrder');
const SPOT =
  'symbol side type timeInForce quantity quoteOrderQty price newClientOrderId strategyId strategyType stopPrice trailingDelta icebergQty newOrderRespType selfTradePreventionMode pegPriceType pegOffsetValue pegOffsetType'.split(
    ' ',
  );

function namesOf(method: string, path: string): string[] {
  const sdk = readFileSync(require.resolve('@binance/derivatives-trading-usds-futures'), 'utf8');
  const call = new RegExp(
    `async \\([^)]*\\) => \\{((?:(?!async \\()[^])*?)return \\{\\s*endpoint: "${path}",\\s*method: "${method}"`,
  ).exec(sdk);
  return [...(call?.[1] ?? '').matchAll(/localVar(?:Query|Body)Parameter\["(\w+)"\]/g)].map(
    ([, name = '']) => name,
  );
}

const outcome = (read: () => unknown): string => {
  try {
    return JSON.stringify(read());
  } catch (error) {
    if (error instanceof FrontRefusal) return `refused ${error.answer.words.text}`;
    throw error;
  }
};

describe('a parameter of an order', () => {
  it.each([
    ['futures', FUTURES, PLAIN, (market: Market) => (given: Parameters) => readOrder(given, market)],
    ['futures, conditional', FUTURES_ALGO, ALGO, () => readAlgoOrder],
    ['spot', SPOT, PLAIN, (market: Market) => (given: Parameters) => readOrder(given, market)],
  ] as const)('changes what is sent or is refused: %s', (name, names, usual, readerOf) => {
    expect(names.length).toBeGreaterThan(10);
    const read = readerOf(name === 'spot' ? 'spot' : 'futures');
    const asUsual = outcome(() => read(Parameters.of(usual)));
    expect(asUsual).not.toContain('refused');
    const dropped = names
      .filter((parameter) => !NOT_OF_THE_ORDER.includes(parameter))
      .filter((parameter) => {
        const value = VALUES[parameter];
        if (value === undefined) return true;
        return outcome(() => read(Parameters.of({ ...usual, [parameter]: value }))) === asUsual;
      });
    expect(dropped).toEqual([]);
  });
});
