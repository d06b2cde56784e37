/** What the futures exchange tells the outside, while it happens. Listeners format at once: the objects go on changing. */
import { FuturesAccount, Position } from './futures-account';
import { Execution, Fill, Order } from '../shared/order';
import { MarketListener, SymbolMarket } from '../matching/symbol-market';
import { AlgoOrder } from './algo-orders';

export interface SettledFill extends Fill {
  readonly fee: bigint;
  readonly realized: bigint;
}

export interface FuturesListener extends MarketListener {
  orderChanged(
    account: FuturesAccount,
    order: Order,
    execution: Execution,
    time: number,
    fill?: SettledFill,
  ): void;
  accountChanged(
    account: FuturesAccount,
    reason: string,
    positions: readonly Position[],
    balanceChange: bigint,
    time: number,
  ): void;
  leverageChanged(account: FuturesAccount, symbol: string, leverage: number, time: number): void;
  assetsModeChanged(account: FuturesAccount, time: number): void;
  algoChanged(account: FuturesAccount, order: AlgoOrder, time: number): void;
  marginCalled(account: FuturesAccount, positions: readonly Position[], time: number): void;
  liquidated(market: SymbolMarket, order: Order, time: number): void;
}
