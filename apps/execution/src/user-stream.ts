/** What the exchange tells about our account by itself. Every opening is a gap behind it that must be filled. */
import { Fill } from '@elvis/trading';
import { VenueReport } from './domain/order-lifecycle';

export interface OrderNews {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly report: VenueReport;
  /** Present when this news is an execution. */
  readonly fill?: Fill;
}

export interface UserStreamHandlers {
  /** Connected; whatever happened before may have been missed. */
  readonly onOpen: () => void;
  readonly onOrder: (news: OrderNews) => void;
  /** Somebody, perhaps a person in the app, changed the leverage of a symbol. */
  readonly onLeverage: (symbol: string, leverage: number) => void;
  readonly onLost: (reason: string) => void;
}

export abstract class UserStream {
  abstract start(handlers: UserStreamHandlers): void;
  abstract stop(): void;
}
