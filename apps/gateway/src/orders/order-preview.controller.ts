import { PreviewOrderReply, previewOrder } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { INPUT_CODES } from '@elvis/trading';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, From, Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { isoTime } from '../rest/iso-time';
import { NewOrder, toSubmitOrder } from './new-order.dto';

@ApiTags('Orders')
@Controller('api/v1/orders')
export class OrderPreviewController {
  constructor(private readonly bus: Bus) {}

  @Post('preview')
  @HttpCode(200)
  @Describe({
    id: 'previewOrder',
    summary: 'Ask risk what it would say of an order',
    description:
      'Nothing is reserved, sent or written down. It counts as an order against the limit of requests.',
    body: {
      schema: 'NewOrder',
      required: true,
      example: { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.002' },
    },
    answers: { 200: { description: 'What would be decided now, check by check.', schema: 'OrderPreview' } },
    failures: { 403: ['BOT_NOT_ALLOWED'], 503: ['STATE_UNKNOWN', 'PERMIT_MISSING', ...INPUT_CODES] },
  })
  @Needs('trade', { limit: 'ORDERS' })
  async preview(@From() caller: Caller, @Body() body: NewOrder): Promise<object> {
    return toBody(await this.bus.request(previewOrder, toSubmitOrder(body, undefined, caller)));
  }
}

const toBody = ({ denial, atMs, ...preview }: PreviewOrderReply): object => ({
  verdict: denial ? 'DENIED' : 'APPROVED',
  denial: denial ?? null,
  ...preview,
  at: isoTime(atMs),
});
