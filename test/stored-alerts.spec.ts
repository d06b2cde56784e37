/** Alerts from the event to the page: stored once, counted, acknowledged by a person, and over when their cause is. */
import {
  ALERT_KIND_NAMES,
  EventContract,
  accountDiffered,
  botFaulted,
  botStarted,
  exchangeFrozen,
  killSwitchActivated,
  killSwitchCleared,
  orderUnknown,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { until } from '@elvis/testing';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { GatewayUnderTest } from '../apps/gateway/test/gateway-under-test';
import { IdentityUnderTest } from './security/identity-under-test';

interface Stored {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly count: number;
  readonly text: string;
  readonly auditSeq: number;
}

describe('a stored alert', () => {
  let identity: IdentityUnderTest;
  let gateway: GatewayUnderTest;
  const users: Record<string, NatsConnection> = {};
  let events = 0;

  beforeAll(async () => {
    identity = await IdentityUnderTest.start();
    gateway = await identity.gateway();
    for (const user of ['risk', 'execution', 'bots'] as const)
      users[user] = await connect(natsOptions(identity.servers.nats.urls[user], `alerts-${user}`));
  });
  afterAll(async () => {
    await Promise.all(Object.values(users).map((connection) => connection.close()));
    await identity?.stop();
  });

  const happen = async (
    user: string,
    { type }: EventContract<object>,
    data: object,
    time = new Date(),
  ): Promise<void> => {
    const id = `stored-alert-${(events += 1)}`;
    const event = { id, type, version: 1, time, source: user, actor: 'a', traceId: `trace-${id}`, data };
    await users[user]!.jetstream().publish(type, JSONCodec().encode(event));
  };
  const list = async (query: string): Promise<readonly Stored[]> =>
    ((await gateway.call('GET', `/api/v1/alerts?${query}`)).body as { items: Stored[] }).items;
  const one = (query: string, count = 1): Promise<Stored> =>
    until(async () => (await list(query)).find((alert) => alert.count === count), query, 30_000);
  const stop = (value: string) => ({
    scope: { type: 'symbol', value },
    actor: 'key:environment',
    reason: 'a look',
    epoch: 1,
  });
  const bot = { botConfigId: '4c1f2f1e-7a55-4d0e-9d0a-0c9f6f7b8a11', name: 'First', symbol: 'BTCUSDT' };

  it('counts what comes while it is open, and is over with its cause', async () => {
    await happen('risk', killSwitchActivated, stop('BTCUSDT'));
    await happen('risk', killSwitchActivated, stop('ETHUSDT'));
    await happen('risk', killSwitchActivated, { ...stop('BTCUSDT'), reason: 'another look' });
    const alert = await one('kind=HALT&state=open', 2);
    expect(alert).toMatchObject({
      severity: 'critical',
      key: 'symbol BTCUSDT',
      traceId: 'trace-stored-alert-1',
    });
    expect(alert.text).toContain('another look');
    await happen('risk', killSwitchCleared, stop('BTCUSDT'));
    await one('kind=HALT&state=resolved', 2);
    expect(await list('kind=HALT&state=open')).toMatchObject([{ key: 'symbol ETHUSDT' }]);
    await happen('risk', killSwitchActivated, stop('BTCUSDT'));
    expect((await until(async () => (await list('kind=HALT&state=open'))[1])).count).toBe(1);
  });

  it('is acknowledged by the first who does, in the audit log too, and lasts until its cause is gone', async () => {
    await happen('bots', botFaulted, { ...bot, code: 'STOP_PASSED', message: 'Look' });
    const { id } = await one('kind=BOT_FAULTED&state=open');
    const say = (note: string) =>
      gateway.call('POST', `/api/v1/alerts/${id}/acknowledge`, { body: { note } });
    const said = { state: 'acknowledged', note: 'I look', acknowledgedBy: 'key:environment' };
    expect((await say('I look')).body).toMatchObject(said);
    expect((await say('me too')).body).toMatchObject(said);
    const audited = await until(async () => {
      const { rows } = await identity.pool.query<{ body: string }>(
        `SELECT body FROM audit_log WHERE type = 'elvis.event.alert.acknowledged'`,
      );
      return rows[0];
    });
    expect(JSON.parse(audited.body)).toMatchObject({ actor: 'key:environment', data: { note: 'I look' } });
    await happen('bots', botStarted, bot);
    expect(await one('kind=BOT_FAULTED&state=resolved')).toMatchObject({ id, note: 'I look' });
  });

  it('of what is over anyway is closed by its acknowledgement', async () => {
    const differed = { market: 'futures', kind: 'POSITION', about: 'BTCUSDT', ours: '1', theirs: '2' };
    await happen('execution', accountDiffered, { ...differed, noticedAtMs: Date.now() });
    const { id } = await one('kind=RECONCILIATION_DIFFERENCE&state=open');
    const { body } = await gateway.call('POST', `/api/v1/alerts/${id}/acknowledge`, {
      body: { note: 'seen' },
    });
    expect(body).toMatchObject({ id, state: 'resolved' });
  });

  it('ends by time where it has one', async () => {
    const frozen = { market: 'futures', scope: 'ip', kind: 'WEIGHT_LIMITED', exchangeMessage: 'slow' };
    await happen('execution', exchangeFrozen, { ...frozen, untilMs: Date.now() + 1_000 });
    await one('kind=FREEZE&state=resolved');
  });

  it('is opened for an order whose outcome is unknown for too long, and ends when it is known', async () => {
    const order = {
      clientOrderId: 'lost-1',
      market: 'futures',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '1',
      filledQuantity: '0',
      decisionId: 'd',
      actor: 'a',
      createdAtMs: Date.now() - 120_000,
      updatedAtMs: Date.now() - 120_000,
    };
    await happen('execution', orderUnknown, { order: { ...order, status: 'UNKNOWN' }, revision: 1 });
    await one('kind=UNKNOWN_TOO_OLD&state=open');
    await happen('execution', orderUnknown, { order: { ...order, status: 'REJECTED' }, revision: 2 });
    await one('kind=UNKNOWN_TOO_OLD&state=resolved');
  });

  it('is told to whoever listens', async () => {
    const { ticket } = (await gateway.call('POST', '/api/v1/stream-tickets')).body as { ticket: string };
    const stream = new WebSocket(
      `${gateway.url.replace('http', 'ws')}/api/v1/stream?topics=alerts&ticket=${ticket}`,
    );
    const told: { topic: string; data?: { key?: string } }[] = [];
    stream.on('message', (text: Buffer) => told.push(...(JSON.parse(text.toString()) as typeof told)));
    await until(() => told.length > 0);
    await happen('risk', killSwitchActivated, stop('SOLUSDT'));
    await until(() => told.some(({ topic, data }) => topic === 'alerts' && data?.key === 'symbol SOLUSDT'));
    stream.terminate();
  });

  it('needs the scope to trade to be acknowledged, and has to exist', async () => {
    const { key } = (
      await gateway.call('POST', '/api/v1/access-keys', { body: { name: 'reader', scopes: ['read'] } })
    ).body as { key: string };
    const path = '/api/v1/alerts/00000000-0000-4000-8000-000000000000/acknowledge';
    const refused = await gateway.call('POST', path, { key, body: { note: 'x' } });
    expect([refused.status, refused.body.code]).toEqual([403, 'SCOPE_MISSING']);
    const missing = await gateway.call('POST', path, { body: { note: 'x' } });
    expect([missing.status, missing.body.code]).toEqual([404, 'ALERT_NOT_FOUND']);
  });

  it('is of one of the kinds that docs/api.md lists', () => {
    expect(readFileSync('docs/api.md', 'utf8')).toContain(`\`${ALERT_KIND_NAMES.join(' ')}\``);
  });
});
