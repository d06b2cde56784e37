/**
 * What the client suites of the paper exchange ask for and the front does not do, each with its reason. Whatever is not named
 * here has to pass; what is named and passes has to leave.
 */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'ccxt futures: setMarginMode': 'Elvis reckons with cross margin alone; isolated margin is refused',
  'ccxt futures: setPositionMode': 'an account mode: hedge mode is nobody’s to switch on through the front',
  'ccxt futures: addMargin, reduceMargin': 'of isolated margin',
  'ccxt futures: error DDoSProtection':
    'the front tells the time without asking the exchange; a 429 put there would meet a request of Elvis’s own',
  'ccxt spot: createOrder market with cost': 'quoteOrderQty: risk judges a quantity, and none is made up',
  'ccxt spot: order list OCO': 'order lists are not served',
  '@binance/connector: newOCOOrder, cancelOCOOrder': 'order lists are not served',
  '@binance/derivatives-trading-usds-futures: autoCancelAllOpenOrders':
    'the exchange’s countdown would cancel the orders of all keys',
  '@binance/derivatives-trading-usds-futures: changeMarginType, modifyIsolatedPositionMargin':
    'of isolated margin',
};
