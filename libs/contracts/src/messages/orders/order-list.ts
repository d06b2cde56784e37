/**
 * Two orders over the same coin of which at most one trades (one cancels the other): a spot holding with its target above
 * and its stop below. They are approved together, leave in one request, and end together; each has an id, a journal and an
 * approval of its own, and its content names the list, so that no approval is good for one of them alone.
 */
import { CLIENT_ORDER_ID_PATTERN, Denial, OrderView, SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { command } from '../contract';
import { IsPositiveDecimal } from '../decimal-validation';
import { ApprovedOrder, PlaceOrder } from './order-commands';

/** A limit that never takes, above the market. */
export class OrderListTarget {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  @IsPositiveDecimal() readonly price!: string;
}

/** Becomes a limit at `price` when the market falls to `stopPrice`. */
export class OrderListStop {
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly clientOrderId!: string;
  @IsPositiveDecimal() readonly stopPrice!: string;
  @IsPositiveDecimal() readonly price!: string;
}

/** Sells `quantity` once: at the target or at the stop. Spot alone. */
export class SubmitOrderList {
  /** Chosen by the sender, as are the ids of the two orders. */
  @Matches(CLIENT_ORDER_ID_PATTERN) readonly orderListId!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` }) readonly symbol!: string;
  @IsPositiveDecimal() readonly quantity!: string;
  @ValidateNested() @Type(() => OrderListTarget) readonly target!: OrderListTarget;
  @ValidateNested() @Type(() => OrderListStop) readonly stop!: OrderListStop;
  @IsOptional() @IsUUID() readonly botConfigId?: string;
}

/** The two orders of a list: the stop, which holds the coin for both, and the target. */
export function legsOf({
  target,
  stop,
  ...shared
}: SubmitOrderList): readonly [stop: ApprovedOrder, target: ApprovedOrder] {
  return [
    { ...shared, ...stop, market: 'spot', side: 'SELL', type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
    { ...shared, ...target, market: 'spot', side: 'SELL', type: 'LIMIT_MAKER' },
  ];
}

/**
 * The orders as they stand, the stop first; both, but where a crash came between their claims. A denial is of both: its
 * context says in `passedBy` for which of them.
 */
export interface SubmitOrderListReply {
  readonly orders: readonly OrderView[];
  readonly isRepeat: boolean;
  readonly denial?: Denial;
}

/** Both legs with risk's signature under each; execution sends them in one request or not at all. */
export class PlaceOrderList {
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => PlaceOrder)
  readonly legs!: PlaceOrder[];
}

/** To risk, from bots: `actor` is `bot:<botConfigId>`. @throws BOT_NOT_ALLOWED, ORDER_ID_TAKEN, UNAVAILABLE kinds */
export const submitOrderList = command<SubmitOrderList, SubmitOrderListReply>(
  'elvis.command.risk.submit-order-list.bots',
  SubmitOrderList,
);

/** To execution, from risk alone. */
export const placeOrderList = command<PlaceOrderList, { readonly orders: readonly OrderView[] }>(
  'elvis.command.execution.place-order-list',
  PlaceOrderList,
);
