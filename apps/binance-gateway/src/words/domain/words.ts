/** One answer in Binance's words: what a client reads to decide what it does next. */
import { Market, OrderSide, OrderType } from '@elvis/trading';

export interface Words {
  readonly status: number;
  readonly code: number;
  readonly text: string;
  /** Clients compare this text with one of their own, so nothing may be added to it. */
  readonly isExact?: true;
  /** Seconds until the same request may do better. */
  readonly retryAfterS?: number;
  /** It should not come about here, or its cause is Elvis's own: a person is told. */
  readonly isAlarm?: true;
}

/** What the client wanted, as far as the words depend on it. */
export interface Asked {
  readonly market: Market;
  readonly doing: 'place' | 'amend' | 'cancel' | 'query' | 'change' | 'read';
  readonly side?: OrderSide;
  readonly type?: OrderType;
}

/** Why, as the denial or the failure that Elvis gave tells it. */
export interface Because {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
}

/** A row of the tables: fixed words, or the one of a few that the request decides. */
export type Row = Words | ((asked: Asked, because: Because) => Words);

export const rowWords = (row: Row, asked: Asked, because: Because): Words =>
  typeof row === 'function' ? row(asked, because) : row;

/** Whether it changes something at the exchange, so that silence means it may have been done. */
export const isCommand = ({ doing }: Asked): boolean => doing !== 'query' && doing !== 'read';

/** Refused with a sentence of Binance to which Elvis's own code may be added. */
export const refused = (code: number, text: string): Words => ({ status: 400, code, text });

/** Refused with a text that clients match to the letter. */
export const exactly = (code: number, text: string): Words => ({ status: 400, code, text, isExact: true });
