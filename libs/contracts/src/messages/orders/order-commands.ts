/**
 * Orders on their way out: gateway | bots -> risk -> execution.
 *
 * A command asks, and may be refused. Nobody edits one in flight: risk approves an order or denies it,
 * it does not change it. Numbers travel as decimal strings.
 */
import {
  CLIENT_ORDER_ID_PATTERN,
  Denial,
  FailureCode,
  HEDGE_SIDES,
  HedgeSide,
  MARKETS,
  Market,
  ORDER_SIDES,
  ORDER_TYPES,
  OrderContent,
  OrderOrigin,
  OrderSide,
  OrderType,
  OrderView,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
  TIMES_IN_FORCE,
  TimeInForce,
  WORKING_TYPES,
  WorkingType,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { command, query } from '../contract';
import { IsPositiveDecimal } from '../decimal-validation';
import { CheckLine } from '../history/check-line';

export type { OrderView } from '@elvis/trading';

class Origin implements OrderOrigin {
  @IsUUID() readonly keyId!: string;
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientId!: string;
  @IsInt() @Min(0) readonly generation!: number;
}

export class SubmitOrder implements OrderContent {
  /** Chosen by the sender. Sending the same one twice places one order. */
  @Matches(CLIENT_ORDER_ID_PATTERN, {
    message: 'clientOrderId must be 1 to 36 characters of A-Z a-z 0-9 . : / _ -',
  })
  readonly clientOrderId!: string;
  /** Who asks: put in by the gateway, never by the caller. */
  @IsString() @MaxLength(100) readonly actor!: string;
  /** Where the request came from, for the audit; put in by the gateway. */
  @IsOptional() @IsString() @MaxLength(64) readonly remoteIp?: string;
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` })
  readonly symbol!: string;
  @IsIn(ORDER_SIDES) readonly side!: OrderSide;
  @IsIn(ORDER_TYPES) readonly type!: OrderType;
  @IsPositiveDecimal() readonly quantity!: string;
  /** Present exactly when the order type has a limit price. */
  @ValidateIf(({ type, price }: SubmitOrder) => type === 'LIMIT' || price !== undefined)
  @IsPositiveDecimal()
  readonly price?: string;
  @IsOptional() @IsIn(TIMES_IN_FORCE) readonly timeInForce?: TimeInForce;
  @IsOptional() @IsBoolean() readonly reduceOnly?: boolean;
  @IsOptional() @IsBoolean() readonly closePosition?: boolean;
  @IsOptional() @IsPositiveDecimal() readonly stopPrice?: string;
  @IsOptional() @IsPositiveDecimal() readonly callbackRate?: string;
  @IsOptional() @IsIn(WORKING_TYPES) readonly workingType?: WorkingType;
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  /** Of the Binance front's orders alone; put in by it. */
  @IsOptional() @ValidateNested() @Type(() => Origin) readonly origin?: Origin;
  /** A one-time permission to pass one limit; it goes no further than risk. */
  @IsOptional() @IsString() @MaxLength(2_100) readonly overrideToken?: string;
  /**
   * Exchange time: later this order is not placed any more, whatever held it up. Refused as ORDER_TOO_LATE, it uses nothing up.
   * Of bots alone.
   */
  @IsOptional() @IsInt() readonly notAfterMs?: number;
}

/** What was asked for, without who asked, from where, by whose leave and until when. */
export function contentOf({
  actor: _actor,
  remoteIp: _remoteIp,
  overrideToken: _token,
  notAfterMs: _notAfterMs,
  ...content
}: SubmitOrder): OrderContent {
  return content;
}

/** An order as risk hands it on. */
export class ApprovedOrder extends SubmitOrder {
  /** Of orders that flatten an account in hedge mode: the position they close. Nobody can ask for it. */
  @IsOptional() @IsIn(HEDGE_SIDES) readonly positionSide?: HedgeSide;
  /** Of the two orders of a list: which one. Nobody can ask for it of an order alone. */
  @IsOptional() @Matches(CLIENT_ORDER_ID_PATTERN) readonly orderListId?: string;
}

export const APPROVAL_PURPOSES = ['trade', 'flatten', 'reduce'] as const;
export type ApprovalPurpose = (typeof APPROVAL_PURPOSES)[number];

/** Risk's signed word that exactly this order may be sent, until `sendBy`, under `epoch`. */
/** Half of what NATS carries in one message. */
const MAX_DECISION_LENGTH = 500_000;

export class Approval {
  @IsUUID() readonly approvalId!: string;
  @IsUUID() readonly decisionId!: string;
  /** The trading-state epoch the decision was made under. */
  @IsInt() @Min(0) readonly epoch!: number;
  /** Exchange time in milliseconds; at most 3 s ahead when it was signed. */
  @IsInt() readonly sendByMs!: number;
  /**
   * `flatten` orders are reduce-only and exempt from the halt; risk alone makes them. `reduce` orders are reduce-only
   * too, were judged on the exchange's own position while Redis was unavailable, and leave without the send script only
   * while it is.
   */
  @IsIn(APPROVAL_PURPOSES) readonly purpose!: ApprovalPurpose;
  /** What the symbol's leverage must be, set and read back, before this order is sent. Futures only. */
  @IsOptional() @IsInt() @Min(1) readonly leverage?: number;
  /** The decision, `RiskDecided` as JSON text: the relay publishes it from the record that claims the order's id. */
  @IsOptional() @IsString() @MaxLength(MAX_DECISION_LENGTH) readonly decision?: string;
  /** HMAC-SHA256 over the fields above and the canonical order, base64url. */
  @IsString() @Length(43, 43) readonly signature!: string;
}

/** The order with risk's signature; execution takes nothing else. */
export class PlaceOrder {
  @ValidateNested() @Type(() => ApprovedOrder) readonly order!: ApprovedOrder;
  @ValidateNested() @Type(() => Approval) readonly approval!: Approval;
}

/**
 * Its outcome so far. `isRepeat`: the id was already used for this same order, which is what is shown.
 * A denial carries the numbers that decided it.
 */
export interface SubmitOrderReply {
  readonly order: OrderView;
  readonly isRepeat: boolean;
  readonly denial?: Denial;
}

/** Up to five orders, each with an approval of its own; they leave in one request where the exchange allows it. */
export class PlaceOrders {
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => PlaceOrder)
  readonly orders!: PlaceOrder[];
}

/** One answer for each order, in their order: the order as it stands, or why nothing was sent. */
export interface PlaceOrdersReply {
  readonly results: readonly (
    | { readonly order: OrderView }
    | { readonly failure: { readonly code: FailureCode; readonly message: string } }
  )[];
}

/** Up to five orders, judged together: what they add up to has to fit, or none of them is placed. */
export class SubmitOrders {
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => SubmitOrder)
  readonly orders!: SubmitOrder[];
}

/** One answer for each order, in their order: its outcome, or why nothing was sent and its id is free. */
export interface SubmitOrdersReply {
  readonly results: readonly (
    | SubmitOrderReply
    | {
        readonly failure: {
          readonly code: FailureCode;
          readonly message: string;
          readonly context?: Readonly<Record<string, unknown>>;
          readonly retryAfterMs?: number;
        };
      }
  )[];
}

/** A change of a working LIMIT order; at least one of the two. The order keeps its id. */
export class AmendOrder {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  /** Put in by the gateway, never by the caller. */
  @IsString() @MaxLength(100) readonly actor!: string;
  @IsOptional() @IsString() @MaxLength(64) readonly remoteIp?: string;
  /** The whole quantity, what is filled already included. */
  @IsOptional() @IsPositiveDecimal() readonly quantity?: string;
  @IsOptional() @IsPositiveDecimal() readonly price?: string;
  /** Put in by the gateway for a caller that is bound to a bot: the order has to be that bot's. */
  @IsOptional() @IsUUID() readonly ofBot?: string;
  /** As of an order that is submitted. */
  @IsOptional() @IsInt() readonly notAfterMs?: number;
}

/** What risk approved: both terms written out, for exactly this order. */
export class AmendedTerms {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
  @IsPositiveDecimal() readonly quantity!: string;
  @IsPositiveDecimal() readonly price!: string;
}

/** A change with risk's signature (`signAmendment`), after the larger of old and new was reserved. */
export class PlaceAmendment {
  @ValidateNested() @Type(() => AmendedTerms) readonly terms!: AmendedTerms;
  @ValidateNested() @Type(() => Approval) readonly approval!: Approval;
}

export class CancelOrder {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

export class CancelAllOrders {
  /** All symbols if absent. */
  @IsOptional() @Matches(SYMBOL_PATTERN) readonly symbol?: string;
  /** Only the orders of this bot. */
  @IsOptional() @IsUUID() readonly botConfigId?: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

export interface CancelAllOrdersReply {
  /** Client order ids whose cancel the exchange confirmed. */
  readonly canceled: readonly string[];
  /** What is still open, and why. */
  readonly remaining: readonly {
    readonly clientOrderId: string;
    readonly symbol: string;
    readonly reason: string;
  }[];
}

/** To risk, from anyone who trades. */
export const submitOrder = command<SubmitOrder, SubmitOrderReply>(
  'elvis.command.risk.submit-order',
  SubmitOrder,
);

/** The same from the Binance front, for its keys' bots: no override. @throws BOT_NOT_ALLOWED */
export const submitFrontOrder = command<SubmitOrder, SubmitOrderReply>(
  'elvis.command.risk.submit-order.front',
  SubmitOrder,
);

/** What an order would be denied for now; absent: nothing. */
export interface TryOrderReply {
  readonly denial?: Denial;
}

/** The same with each check, its figure and its limit. */
export interface PreviewOrderReply extends TryOrderReply {
  readonly checks: readonly CheckLine[];
  /** What it would be worth at worst, in the quote asset; null where that is not known. */
  readonly notional: string | null;
  readonly leverage: number | null;
  readonly atMs: number;
}

/** For a person before the order is sent: judged by everything, written down nowhere. */
export const previewOrder = query<SubmitOrder, PreviewOrderReply>(
  'elvis.query.risk.preview-order',
  SubmitOrder,
);

/** Whether an order like this would be let out now. Nothing is sent, reserved or written down. @throws BOT_NOT_ALLOWED */
export const tryFrontOrder = query<SubmitOrder, TryOrderReply>(
  'elvis.query.risk.try-order.front',
  SubmitOrder,
);

/** The same for a batch. @throws MESSAGE_MALFORMED two of them have one id */
export const submitOrders = command<SubmitOrders, SubmitOrdersReply>(
  'elvis.command.risk.submit-orders',
  SubmitOrders,
);

/** The same of the front's keys. @throws BOT_NOT_ALLOWED, MESSAGE_MALFORMED two of them have one id */
export const submitFrontOrders = command<SubmitOrders, SubmitOrdersReply>(
  'elvis.command.risk.submit-orders.front',
  SubmitOrders,
);

/** To execution, from risk alone: the bus's permissions let nobody else publish it. */
export const placeOrder = command<PlaceOrder, OrderView>('elvis.command.execution.place-order', PlaceOrder);

/** To execution directly: nothing may stand between a person and a way out. */
export const cancelOrder = command<CancelOrder, OrderView>(
  'elvis.command.execution.cancel-order',
  CancelOrder,
);

/** To execution, from risk alone. */
export const placeOrders = command<PlaceOrders, PlaceOrdersReply>(
  'elvis.command.execution.place-orders',
  PlaceOrders,
);

/** To risk, from anyone who trades. @throws ORDER_NOT_FOUND, ORDER_ALREADY_CLOSED, AMENDMENT_UNDER_WAY, VENUE_REJECTED */
export const amendOrder = command<AmendOrder, SubmitOrderReply>('elvis.command.risk.amend-order', AmendOrder);

/** The same from the Binance front: the order has to be the actor's own. @throws BOT_NOT_ALLOWED */
export const amendFrontOrder = command<AmendOrder, SubmitOrderReply>(
  'elvis.command.risk.amend-order.front',
  AmendOrder,
);

/** To execution, from risk alone. The reply's `price` and `quantity` are what the exchange has. */
export const placeAmendment = command<PlaceAmendment, OrderView>(
  'elvis.command.execution.amend-order',
  PlaceAmendment,
);

export const cancelAllOrders = command<CancelAllOrders, CancelAllOrdersReply>(
  'elvis.command.execution.cancel-all-orders',
  CancelAllOrders,
);
