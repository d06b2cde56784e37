/** Every REST call of both markets and of the wallet, with the parameters that each takes. */
import { windowRule } from '@elvis/simulation';
import { futuresAccountRoutes } from '../rest/futures/account-routes';
import { futuresAlgoRoutes } from '../rest/futures/algo-routes';
import { futuresMarketRoutes } from '../rest/futures/market-routes';
import { futuresOrderRoutes } from '../rest/futures/order-routes';
import { ListenKeys, listenKeyRoutes } from '../streams/listen-keys';
import { spotAccountRoutes } from '../rest/spot/account-routes';
import { SpotSymbols } from '../rest/spot/asked-markets';
import { spotMarketRoutes } from '../rest/spot/market-routes';
import { spotTickerRoutes } from '../rest/spot/ticker-routes';
import { spotListRoutes } from '../rest/spot/order-list-routes';
import { spotOrderRoutes } from '../rest/spot/order-routes';
import { sapiRoutes } from '../rest/spot/sapi-routes';
import { ServedRoute, servedRoutes } from '../rest/parameters/served-routes';
import { Behaviour } from '../faults/behaviour';
import { FuturesMarket } from '../markets/futures-market';
import { SpotMarket } from '../markets/spot-market';
import { MarketMeters } from '../meters/market-meters';

interface Served {
  readonly futures: FuturesMarket;
  readonly spot: SpotMarket;
  readonly meters: { readonly futures: MarketMeters; readonly spot: MarketMeters };
  readonly behaviour: Behaviour;
  readonly listenKeys: ListenKeys;
}

export function servedCalls(paper: Served, windowScale: number): ServedRoute[] {
  const { exchange, controls, rows, algos } = paper.futures;
  const symbols = new SpotSymbols(paper.spot.exchange, paper.spot.rows);
  return servedRoutes([
    ...futuresMarketRoutes({
      exchange,
      rows,
      rateLimits: paper.meters.futures.rules,
      history: (symbol) => paper.futures.history(symbol),
      told: (symbol) => paper.futures.told(symbol),
    }),
    ...futuresOrderRoutes(exchange, {
      visible: (order, now) => now - order.time >= paper.behaviour.visibilityDelayMs,
    }),
    ...futuresAccountRoutes(exchange, controls, paper.meters.futures.rules.orders),
    ...futuresAlgoRoutes(exchange, algos),
    ...listenKeyRoutes(paper.listenKeys),
    ...spotMarketRoutes({
      symbols,
      meters: paper.meters.spot,
      rawRequests: windowRule('MINUTE', 5, 300_000, windowScale),
      history: (symbol) => paper.spot.history(symbol),
    }),
    ...spotTickerRoutes(symbols, (symbol) => paper.spot.tape(symbol)),
    ...spotAccountRoutes(paper.spot.exchange, paper.meters.spot),
    ...spotOrderRoutes(paper.spot.exchange, paper.spot.amends, () => paper.spot.lastExecutionId),
    ...spotListRoutes(paper.spot.exchange, paper.spot.lists),
    ...sapiRoutes(paper.spot.exchange),
  ]);
}
