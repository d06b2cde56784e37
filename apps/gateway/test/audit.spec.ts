import { EVENT_STREAM, EventEnvelope, RequestAudited, requestAudited, useAccessKey } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, connect } from 'nats';
import { opened, startNats, until } from '@elvis/testing';
import {
  API_KEY,
  startGatewayUnderTest,
  startPlacingRisk,
  startResponder,
  startServers,
} from './gateway-under-test';
import { callFrom } from '../../../test/security/hostile-connections';

const order = { clientOrderId: 'o-1', symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };

describe('the audit of requests', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  opened(() => startPlacingRisk(servers.nats));
  const auditor = opened(() => connect(natsOptions(servers.nats.urls.auditor, 'auditor')));
  const heard: EventEnvelope<RequestAudited>[] = [];

  beforeAll(async () => {
    auditor.subscribe(requestAudited.type, {
      callback: (_error, message) =>
        heard.push(JSONCodec<EventEnvelope<RequestAudited>>().decode(message.data)),
    });
    await auditor.flush();
  });

  beforeEach(() => heard.splice(0));

  it('has the record of a change before the change is answered', async () => {
    const { headers } = await gateway.call('POST', '/api/v1/orders', { body: order });
    const operator = await connect(natsOptions(servers.nats.urls.operator, 'operator'));
    const { state } = await (await operator.jetstreamManager()).streams.info(EVENT_STREAM);
    expect(state.messages).toBe(1);
    await operator.close();
    const [event] = await until(() => (heard.length > 0 ? heard : undefined));
    expect(event).toMatchObject({
      type: 'elvis.event.request.audited',
      source: 'gateway',
      actor: 'key:environment',
      traceId: headers.get('x-trace-id'),
      data: {
        method: 'POST',
        route: '/api/v1/orders',
        target: 'o-1',
        remoteIp: '127.0.0.1',
        outcome: 'done',
        status: 201,
        code: null,
      },
    });
  });

  it('has one record of each of many changes at once', async () => {
    const ids = Array.from({ length: 30 }, (_, at) => `many-${at}`).sort();
    const answers = await Promise.all(
      ids.map((clientOrderId) =>
        gateway.call('POST', '/api/v1/orders', { body: { ...order, clientOrderId } }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await until(() => heard.length >= ids.length);
    expect(heard.map(({ data }) => data.target).sort()).toEqual(ids);
  });

  it('sums up the refusals of nobody for each address, without the key that was tried', async () => {
    const own = await startGatewayUnderTest(servers);
    for (let n = 0; n < 300; n += 1)
      await own.call(n % 2 ? 'POST' : 'GET', '/trades', { key: `tried-key-0123456789-${n}` });
    await callFrom(own.url, '127.0.0.2', 'GET', '/api/v1/orders', { key: null });
    // The minute is not over: what stands in memory is stored when the gateway stops.
    await own.stop();
    await until(() => heard.length === 2);
    expect(heard.map(({ actor }) => actor)).toEqual(['nobody', 'nobody']);
    expect(heard[0]?.data).toMatchObject({
      method: 'GET',
      route: '/trades',
      status: 401,
      outcome: 'refused',
      code: 'API_KEY_WRONG',
      remoteIp: '127.0.0.1',
      count: 300,
    });
    expect(heard[0]?.data.lastAtMs).toBeGreaterThanOrEqual(heard[0]?.data.receivedAtMs ?? Infinity);
    expect(heard[1]?.data).toMatchObject({ route: '/api/v1/orders', remoteIp: '127.0.0.2' });
    expect(heard[1]?.data).not.toHaveProperty('count');
    expect(JSON.stringify(heard)).not.toContain('tried-key');
  });

  it('records each refusal of a caller who is known', async () => {
    const history = await startResponder(servers.nats, 'trade-history');
    history.on(useAccessKey, () => ({ id: 'k-1', scopes: ['read'], userId: null, persons: [] }));
    for (let n = 0; n < 3; n += 1)
      await gateway.call('POST', '/api/v1/orders', { key: `elv_${'k'.repeat(43)}`, body: order });
    await until(() => heard.length === 3);
    expect(heard.map(({ actor, data }) => [actor, data.status, data.count])).toEqual(
      Array.from({ length: 3 }, () => ['key:k-1', 403, undefined]),
    );
    await history.stop();
  });

  it('records changes that were refused or failed, with their code', async () => {
    await gateway.call('POST', '/api/v1/orders', { body: { ...order, quantity: '-1', note: API_KEY } });
    await gateway.call('DELETE', '/api/v1/orders/o-9');
    const events = await until(() => (heard.length > 1 ? heard : undefined));
    expect(events.map(({ data }) => [data.target, data.status, data.outcome, data.code])).toEqual([
      ['o-1', 400, 'refused', 'MESSAGE_MALFORMED'],
      ['o-9', 503, 'failed', 'SERVICE_UNREACHABLE'],
    ]);
    expect(JSON.stringify(events)).not.toContain(API_KEY);
  });

  it('does not record reading', async () => {
    await gateway.call('GET', '/health');
    await gateway.call('GET', '/api/v1/market/BTCUSDT');
    await gateway.call('DELETE', '/api/v1/orders/last');
    await until(() => heard.some(({ data }) => data.target === 'last'));
    expect(heard).toHaveLength(1);
  });

  it('lets the kill switch through while the log is away, and stores its record when it is back', async () => {
    const nats = await startNats();
    const alone = await startGatewayUnderTest(
      { redis: servers.redis, nats },
      { KILL_SWITCH_ANSWER_TIMEOUT_MS: '100' },
    );
    await nats.stop();
    const { status } = await alone.call('POST', '/emergency_stop', { body: { reason: 'no bus' } });
    expect(status).toBe(200);
    const passwords = Object.fromEntries(
      Object.entries(nats.urls).map(([user, url]) => [user, new URL(url).password]),
    );
    const again = await startNats({ port: nats.port, passwords: passwords as never });
    const operator = await connect(natsOptions(again.urls.operator, 'operator'));
    const manager = await operator.jetstreamManager();
    await until(
      async () => (await manager.streams.info(EVENT_STREAM)).state.messages === 1,
      undefined,
      150_000,
    );
    await operator.close();
    await alone.stop();
    await again.stop();
  });
});
