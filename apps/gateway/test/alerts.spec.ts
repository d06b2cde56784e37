import {
  DEAD_LETTER_SUBJECT,
  accountDiffered,
  botFaulted,
  botUnprotected,
  candleDayCompared,
  candleRevised,
  exchangeFrozen,
  killSwitchActivated,
  leverageDrifted,
  orderFilled,
  orderUnknown,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { until } from '@elvis/testing';
import { GatewayUnderTest, Servers, startGatewayUnderTest, startServers } from './gateway-under-test';

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly facts: Record<string, string>;
}

describe('alerts', () => {
  let servers: Servers;
  let gateways: GatewayUnderTest[];
  let receiver: Server;
  const users: Record<string, NatsConnection> = {};
  const told: Told[] = [];
  let refusals = 0;
  let sequence = 0;

  beforeAll(async () => {
    servers = await startServers();
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        if (refusals > 0) {
          refusals -= 1;
          response.writeHead(500).end();
          return;
        }
        told.push(JSON.parse(text) as Told);
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const settings = {
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/s3cret-path`,
      ALERT_UNKNOWN_AGE_MS: '400',
    };
    gateways = [
      await startGatewayUnderTest(servers, settings),
      await startGatewayUnderTest(servers, settings),
    ];
    for (const user of ['risk', 'execution', 'trade-history', 'market-data', 'bots'] as const) {
      users[user] = await connect(natsOptions(servers.nats.urls[user], `alerts-${user}`));
    }
  });

  afterAll(async () => {
    await Promise.all(Object.values(users).map((connection) => connection.close()));
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await servers.stop();
  });

  beforeEach(() => told.splice(0));

  const happen = (user: string, type: string, data: object): void => {
    const id = `alert-${(sequence += 1)}`;
    const time = '2026-01-01T00:00:00.000Z';
    const event = { id, type, version: 1, time, source: user, actor: 'a', traceId: 't', data };
    users[user]?.publish(type, JSONCodec().encode(type === DEAD_LETTER_SUBJECT ? data : event));
  };
  const stop = {
    stopId: 's',
    scope: { type: 'global' },
    actor: 'key:environment',
    remoteIp: '10.0.0.1',
    reason: 'prices look wrong',
    epoch: 7,
    redisPersisted: true,
    durable: true,
  };
  const frozen = { market: 'futures', scope: 'ip', untilMs: 0, exchangeMessage: 'Way too many requests' };
  const day = { market: 'futures', symbol: 'BTCUSDT', day: '2026-11-29', parity: '0.99', missing: 9 };
  const revised = { market: 'futures', symbol: 'BTCUSDT', openTimeMs: 0, revision: 2 };
  const differed = { market: 'futures', kind: 'POSITION', about: 'BTCUSDT', noticedAtMs: 0 };

  const bot = { botConfigId: 'b', name: 'First', symbol: 'BTCUSDT' };

  it.each`
    kind                           | user               | type                        | data
    ${'HALT'}                      | ${'risk'}          | ${killSwitchActivated.type} | ${stop}
    ${'FREEZE'}                    | ${'execution'}     | ${exchangeFrozen.type}      | ${{ ...frozen, kind: 'WEIGHT_LIMITED' }}
    ${'BAN'}                       | ${'execution'}     | ${exchangeFrozen.type}      | ${{ ...frozen, kind: 'BANNED', exchangeCode: -1003 }}
    ${'LEVERAGE_DRIFT'}            | ${'execution'}     | ${leverageDrifted.type}     | ${{ symbol: 'BTCUSDT', confirmed: 3, found: 20 }}
    ${'RECONCILIATION_DIFFERENCE'} | ${'execution'}     | ${accountDiffered.type}     | ${{ ...differed, ours: '0.1', theirs: '0.2' }}
    ${'CANDLE_REVISED'}            | ${'market-data'}   | ${candleRevised.type}       | ${revised}
    ${'CANDLES_DIFFER'}            | ${'trade-history'} | ${candleDayCompared.type}   | ${{ ...day, differing: 1, isChanged: false }}
    ${'CANDLES_DIFFER'}            | ${'trade-history'} | ${candleDayCompared.type}   | ${{ ...day, differing: 0, isChanged: true }}
    ${'UNPROTECTED_POSITION'}      | ${'bots'}          | ${botUnprotected.type}      | ${{ ...bot, position: '0.1', reason: 'its stop was lost' }}
    ${'BOT_FAULTED'}               | ${'bots'}          | ${botFaulted.type}          | ${{ ...bot, code: 'STOP_PASSED', message: 'Look' }}
    ${'DEAD_LETTER'}               | ${'trade-history'} | ${DEAD_LETTER_SUBJECT}      | ${{ subject: 's', sequence: 9, eventId: null, problem: 'no envelope' }}
  `('tells of $kind, once for all gateways', async ({ kind, user, type, data }) => {
    const begun = performance.now();
    happen(user as string, type as string, data as object);
    await until(() => told.length > 0);
    console.log(`${kind} was told after ${(performance.now() - begun).toFixed(0)} ms`);
    // Whatever the second gateway had to say is said before what happens next.
    happen('risk', killSwitchActivated.type, { ...stop, reason: 'the next' });
    await until(() => told.some(({ facts }) => facts.reason === 'the next'));
    expect(told.map((alert) => alert.kind)).toEqual([kind, 'HALT']);
    expect(told[0]?.text).toMatch(/^Elvis: /);
  });

  it('tells nothing of a day whose candles are equal, also where some were missing', async () => {
    happen('trade-history', candleDayCompared.type, { ...day, differing: 0, isChanged: false });
    happen('risk', killSwitchActivated.type, { ...stop, reason: 'behind it' });
    await until(() => told.some(({ facts }) => facts.reason === 'behind it'));
    expect(told.map(({ kind }) => kind)).toEqual(['HALT']);
  });

  it('tells of an order that nobody knows about for too long, and not of one that was found in time', async () => {
    const order = { symbol: 'BTCUSDT', status: 'UNKNOWN' };
    happen('execution', orderUnknown.type, { order: { ...order, clientOrderId: 'found' }, revision: 1 });
    happen('execution', orderFilled.type, {
      order: { ...order, clientOrderId: 'found', status: 'FILLED' },
      revision: 2,
      fill: {},
    });
    happen('execution', orderUnknown.type, { order: { ...order, clientOrderId: 'lost' }, revision: 1 });
    await until(() => told.length > 0);
    expect(told).toEqual([
      expect.objectContaining({
        kind: 'UNKNOWN_TOO_OLD',
        facts: { clientOrderId: 'lost', symbol: 'BTCUSDT' },
      }),
    ]);
  });

  it('tries again when the receiver fails, and gives up in the end', async () => {
    refusals = 3;
    happen('risk', killSwitchActivated.type, { ...stop, reason: 'after three refusals' });
    await until(() => told.length > 0);
    refusals = 4;
    happen('risk', killSwitchActivated.type, { ...stop, reason: 'never' });
    await until(() => refusals === 0);
    happen('risk', killSwitchActivated.type, { ...stop, reason: 'the next' });
    await until(() => told.length > 1);
    expect(told.map(({ facts }) => facts.reason)).toEqual(['after three refusals', 'the next']);
    await until(async () => {
      const metrics = await Promise.all(
        gateways.map(async ({ opsPort }) => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text()),
      );
      return metrics.join().includes('gateway_alerts_total{kind="HALT",outcome="failed"} 1');
    });
  });

  it('tells the facts that it knows the meaning of, and no others', async () => {
    happen('risk', killSwitchActivated.type, {
      ...stop,
      reason: 'x'.repeat(5_000),
      apiSecret: 'not-to-be-told',
    });
    await until(() => told.length > 0);
    expect(JSON.stringify(told)).not.toMatch(/not-to-be-told|10\.0\.0\.1/);
    expect(told[0]?.facts.reason).toHaveLength(200);
  });

  it('refuses to start with an address that is none, and does not print it', async () => {
    const refusal = startGatewayUnderTest(servers, { ALERT_WEBHOOK_URL: 'ftp://x/s3cret' });
    await expect(refusal).rejects.toThrow(/ALERT_WEBHOOK_URL must be/);
    await expect(refusal).rejects.not.toThrow(/s3cret/);
  });
});
