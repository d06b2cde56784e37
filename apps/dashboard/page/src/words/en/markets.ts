/** Texts of the list of markets. */
export const en = {
  'markets.find': 'Find',
  'markets.market': 'Market',
  'markets.order': 'Order',
  'markets.by.symbol': 'By name',
  'markets.by.quote': 'By what it is priced in',
  'markets.by.smallest': 'By the smallest order',
  'markets.assets': 'Assets',
  'markets.tickSize': 'Price step',
  'markets.stepSize': 'Quantity step',
  'markets.minNotional': 'Smallest order',
  'markets.trading': 'Trading',
  'markets.resting': 'Not trading',
  'markets.none': 'No symbol is called that',
  'markets.noneNext': 'Look for a part of its name, or in the other market.',
} as const;
