/** What the exchange tells about our account by itself. Every opening is a gap behind it that must be filled. */
import { Fill, Market, OrderSide, OrderType } from '@elvis/trading';
import { AccountChange } from '../domain/known-account';
import { VenueReport } from '../domain/order-evidence';

export interface OrderUpdate {
  readonly market: Market;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType | undefined;
  readonly report: VenueReport;
  /** Present when this news is an execution. */
  readonly fill?: Fill;
}

export interface UserStreamHandlers {
  /** Connected; whatever happened before may have been missed. */
  readonly onOpen: () => void;
  readonly onOrder: (update: OrderUpdate) => void;
  /** Balances and positions, as they are now; without any, they are no longer what they were. */
  readonly onAccount: (change: AccountChange) => void;
  /** Whatever the exchange had told by then (`performance.now`) has come. */
  readonly onAlive: (sinceMs: number) => void;
  /** Somebody, perhaps a person in the app, changed the leverage of a symbol. */
  readonly onLeverage: (symbol: string, leverage: number) => void;
  /** Something says that the account is, or may be, in another mode than before. */
  readonly onModes: (hint: string) => void;
  readonly onLost: (reason: string) => void;
  /** The exchange does not offer the stream; nothing more will come. */
  readonly onRefused: (reason: string) => void;
}

export abstract class UserStream {
  abstract start(handlers: UserStreamHandlers): void;
  abstract stop(): void;
  /** It has not told what it should have: another connection takes its place. */
  abstract reconnect(reason: string): void;
}

/** The same of the spot account, which is another one on the exchange. */
export abstract class SpotUserStream extends UserStream {}
