/** What our events leave out or add, and why; and the streams of the samples that we do not serve. */
import { Exception } from './oracle';

/** Why not, and which. */
export const STREAMS_NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  'of margin accounts, which neither market has here': ['Spot/Account/Liability', 'Spot/Account/MarginCall'],
  'indexes over other assets, which are not played': ['UsdFutures/AssetIndex', 'UsdFutures/CompositIndex'],
  'trading bots of the exchange itself': ['UsdFutures/GridUpdate', 'UsdFutures/StrategyUpdate'],
  'deprecated since conditional orders live in the Algo service': ['UsdFutures/ConditionalTrigger'],
  'contracts neither come nor go here': ['UsdFutures/SymbolUpdates'],
};

export const STREAM_EXCEPTIONS: readonly Exception[] = [
  ['Spot/ExchangeData/Trades', /\.[ab] is missing/, 'the order ids of both sides are no longer published'],
  ['UsdFutures/*', /\.(ps|st) is not/, 'added in 2026 with the integration of COIN-M'],
  ['UsdFutures/AggTrades', /\.nq is not/, 'added 2025-12'],
  ['UsdFutures/MarkPrice', /\.ap is not/, 'the average mark price was added 2026-03'],
  ['UsdFutures/AccountUpdate', /\.ma is not/, 'the margin asset was added after the sample'],
  [
    'UsdFutures/AlgoOrderUpdate',
    /\.(ap|aq|act) is missing/,
    'documented as shown once the order was triggered and placed',
  ],
  ['UsdFutures/AlgoOrderUpdate', /\.rm is not/, 'the reason of a failure, named by the documentation'],
  [
    'UsdFutures/OrderUpdate',
    /\.(AP|cr) is missing/,
    'the sample is a trailing stop, which the Algo service took over 2025-12-09',
  ],
  ['UsdFutures/OrderUpdate', /\.er is not/, 'the expiry reason was added 2025-10'],
];
