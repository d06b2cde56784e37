import {
  OrderView,
  SubmitOrder,
  SubmitOrders,
  SubmitOrdersReply,
  findOrder,
  submitOrders,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { opened } from '@elvis/testing';
import { order, startGatewayUnderTest, startResponder, startServers } from './gateway-under-test';

const viewOf = ({ remoteIp: _, ...asked }: SubmitOrder, status: OrderView['status']): OrderView => ({
  ...asked,
  filledQuantity: '0',
  status,
  decisionId: '0b0f7c0e-4f2f-4f6b-9a8e-2b4f0d1f9a11',
  createdAtMs: 1,
  updatedAtMs: 1,
});

describe('a batch over REST', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const risk = opened(() => startResponder(servers.nats, 'risk'));
  const execution = opened(() => startResponder(servers.nats, 'execution'));

  const [a, b, c] = ['batch-a', 'batch-b', 'batch-c'].map((clientOrderId) => ({ ...order, clientOrderId }));
  const submit = (...orders: object[]) => gateway.call('POST', '/api/v1/orders/batch', { body: { orders } });
  const answerWith = (reply: (asked: SubmitOrders) => SubmitOrdersReply): void => {
    risk.on(submitOrders, reply);
  };

  it('goes to risk as one question, and is answered one by one in its order, each as it would have been alone', async () => {
    const denial = { code: 'QUANTITY_NOT_ON_STEP', context: { quantity: '0.0105', step: '0.001' } } as const;
    answerWith(({ orders: [first, second, third] }) => ({
      results: [
        { order: viewOf(first!, 'NEW'), isRepeat: false },
        { order: { ...viewOf(second!, 'DENIED'), code: denial.code }, isRepeat: false, denial },
        { failure: { code: 'VENUE_BUDGET_SPENT', message: 'no room', retryAfterMs: 1_500 } },
      ].slice(0, third ? 3 : 2) as SubmitOrdersReply['results'],
    }));
    const { status, body } = await submit(a!, b!, c!);
    expect(status).toBe(200);
    const asked = risk.asked.filter(({ subject }) => subject === submitOrders.subject);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.payload).toEqual({
      orders: [a, b, c].map((each) => ({
        ...each,
        market: 'futures',
        actor: 'key:environment',
        remoteIp: '127.0.0.1',
      })),
    });
    expect(body.items).toMatchObject([
      { status: 201, body: { clientOrderId: 'batch-a', status: 'NEW' } },
      { status: 422, body: { code: denial.code, context: denial.context, order: { status: 'DENIED' } } },
      { status: 503, retryAfter: 2, body: { code: 'VENUE_BUDGET_SPENT' } },
    ]);
  });

  it('that passes a cap as a whole shows with each order which of them passed it, and by how much', async () => {
    const context = { after: '1800', maximum: '1500', batchOf: '2', passedBy: 'batch-b' };
    const denial = { code: 'POSITION_ABOVE_MAXIMUM', context } as const;
    answerWith(({ orders }) => ({
      results: orders.map((each) => ({
        order: { ...viewOf(each, 'DENIED'), code: denial.code },
        isRepeat: false,
        denial,
      })),
    }));
    const { body } = await submit(a!, b!);
    expect(body.items).toMatchObject([
      { status: 422, body: { code: denial.code, context } },
      { status: 422, body: { code: denial.code, context } },
    ]);
  });

  it('is 400 as a whole when risk finds two orders under one id', async () => {
    answerWith(() => {
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        'Two orders of the batch have the same clientOrderId; nothing was sent. Give each its own',
      );
    });
    expect(await submit(a!, a!)).toMatchObject({ status: 400, body: { code: 'MESSAGE_MALFORMED' } });
  });

  it('is 503 for each when nothing was sent, and never an error when nobody knows', async () => {
    answerWith(() => {
      throw new TradingFailure('STORE_UNAVAILABLE', 'Redis is away');
    });
    expect((await submit(a!, b!)).body.items).toMatchObject([{ status: 503 }, { status: 503 }]);
    answerWith(() => {
      throw new TradingFailure('SERVICE_SILENT', 'no answer');
    });
    execution.on(findOrder, ({ clientOrderId }) => {
      if (clientOrderId !== 'batch-a') throw new TradingFailure('ORDER_NOT_FOUND', 'none');
      return viewOf({ ...a!, actor: 'x', market: 'futures' } as SubmitOrder, 'FILLED');
    });
    expect((await submit(a!, b!)).body.items).toMatchObject([
      { status: 201, body: { clientOrderId: 'batch-a', status: 'FILLED' } },
      { status: 202, body: { clientOrderId: 'batch-b', status: 'UNKNOWN' } },
    ]);
  });

  it('shows for each what is missing of ours, and as unknown what nobody can say anything of', async () => {
    const context = { symbol: 'BTCUSDT' };
    const lack = { code: 'BOOK_MISSING', message: 'Not judged', context, retryAfterMs: 1_000 } as const;
    answerWith(() => ({
      results: [{ failure: lack }, { failure: { code: 'JOURNAL_UNREADABLE', message: 'away' } }],
    }));
    execution.on(findOrder, () => {
      throw new TradingFailure('STORE_UNAVAILABLE', 'away');
    });
    expect((await submit(a!, b!)).body.items).toMatchObject([
      { status: 503, retryAfter: 1, body: { code: 'BOOK_MISSING', context } },
      { status: 202, body: { clientOrderId: 'batch-b', status: 'UNKNOWN' } },
    ]);
  });

  it('of none or of more than five is malformed', async () => {
    expect((await submit()).status).toBe(400);
    const six = Array.from({ length: 6 }, (_, index) => ({ ...order, clientOrderId: `six-${index}` }));
    expect((await submit(...six)).status).toBe(400);
  });
});
