/** The body of a new order: the command, minus what the caller may not choose. */
import { AmendOrder, SubmitOrder } from '@elvis/contracts';
import {
  CLIENT_ORDER_ID_PATTERN,
  MARKETS,
  Market,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
  TradingFailure,
} from '@elvis/trading';
import { OmitType } from '@nestjs/mapped-types';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsOptional,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { randomUUID } from 'node:crypto';
import { Caller, botOf } from '../identity/caller';

const ID_RULE = 'must be 1 to 36 characters of A-Z a-z 0-9 . : / _ -';

export class NewOrder extends OmitType(SubmitOrder, [
  'actor',
  'remoteIp',
  'market',
  'clientOrderId',
  'origin',
  'notAfterMs',
]) {
  /** Chosen by the sender; the header `Idempotency-Key` says the same. One is made if both are missing. */
  @IsOptional()
  @Matches(CLIENT_ORDER_ID_PATTERN, { message: `clientOrderId ${ID_RULE}` })
  readonly clientOrderId?: string;

  @IsIn(MARKETS)
  readonly market: Market = 'futures';
}

/** Up to five orders, judged as a whole and answered one by one. */
export class NewOrders {
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => NewOrder)
  readonly orders!: NewOrder[];
}

/** At least one of the two. */
export class Amendment extends OmitType(AmendOrder, [
  'actor',
  'remoteIp',
  'clientOrderId',
  'ofBot',
  'notAfterMs',
]) {}

export class OrderId {
  @Matches(CLIENT_ORDER_ID_PATTERN, { message: `the order's id ${ID_RULE}` })
  readonly id!: string;
}

export class CancelFilter {
  @IsOptional()
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` })
  readonly symbol?: string;

  @IsOptional()
  @IsUUID()
  readonly botConfigId?: string;
}

/**
 * The command for risk.
 *
 * @throws TradingFailure MESSAGE_MALFORMED       the header is no client order id
 * @throws TradingFailure IDEMPOTENCY_KEYS_DIFFER header and body name two ids
 * @throws TradingFailure BOT_NOT_ALLOWED         the key is bound to another bot
 */
export function toSubmitOrder(
  body: NewOrder,
  idempotencyKey: string | undefined,
  caller: Caller,
): SubmitOrder {
  if (idempotencyKey !== undefined && !CLIENT_ORDER_ID_PATTERN.test(idempotencyKey)) {
    throw new TradingFailure('MESSAGE_MALFORMED', `The header Idempotency-Key ${ID_RULE}`);
  }
  const { clientOrderId = idempotencyKey ?? randomUUID() } = body;
  if (idempotencyKey !== undefined && idempotencyKey !== clientOrderId) {
    throw new TradingFailure(
      'IDEMPOTENCY_KEYS_DIFFER',
      'clientOrderId and the header Idempotency-Key name two different orders; send one of them',
      { context: { clientOrderId, idempotencyKey } },
    );
  }
  const botConfigId = botOf(caller, body.botConfigId);
  return {
    ...body,
    ...(botConfigId !== undefined && { botConfigId }),
    clientOrderId,
    actor: caller.actor,
    remoteIp: caller.remoteIp,
  };
}
