import * as contracts from '@elvis/contracts';
import {
  BOT_WORKERS_CONSUMER,
  JOURNAL_STREAM,
  OPEN_ORDERS_BUCKET,
  OPEN_ORDERS_KEY,
  WORK_STREAM,
  botSubject,
  botWorkSubject,
  killSwitchActivated,
  placeOrder,
  relayInterestFeed,
  relaySubject,
  requestStop,
  researchWorkSubject,
  riskApproved,
  riskDenied,
  submitBotOrder,
  submitOrder,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { Redis } from 'ioredis';
import { connect, JSONCodec, NatsConnection } from 'nats';
import { Client } from 'pg';
import { opened, startNats, startPostgres, startRedis, until } from '@elvis/testing';
import { firstWords, NATS_USERS, NatsUser, ownerOf, permissionsOf } from '.';

/** As NATS reads it: `*` is one word, `>` at the end is one or more. */
const covers = (allowed: readonly string[], subject: string): boolean =>
  allowed.some((pattern) =>
    new RegExp(`^${pattern.replace(/[$.]/g, '\\$&').replace('*', '[^.]+').replace('>', '.+')}$`).test(
      subject,
    ),
  );

/** Whatever the contracts export that has a subject, or a type, is one. */
const requestContracts = (): { subject: string }[] =>
  Object.values<unknown>(contracts).filter((value): value is { subject: string } =>
    /^elvis\.(command|query)\./.test(String((value as { subject?: unknown } | undefined)?.subject)),
  );
const eventContracts = (): { type: string }[] =>
  Object.values<unknown>(contracts).filter(
    (value): value is { type: string } =>
      typeof value === 'object' &&
      String((value as { type?: unknown } | null)?.type).startsWith('elvis.event.'),
  );

describe('a private Redis', () => {
  it('wants its password and evicts nothing', async () => {
    const redis = await startRedis();
    const friend = new Redis({ port: redis.port, password: redis.password });
    try {
      expect(await firstWords(redis.port, 'GET a\r\n')).toMatch(/^-NOAUTH/);
      expect(await friend.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    } finally {
      friend.disconnect();
      await redis.stop();
    }
    expect(() => process.kill(redis.pid, 0)).toThrow('ESRCH');
  });
});

describe('a private PostgreSQL', () => {
  it('gives each spec a database that its role owns', async () => {
    const [one, two] = await Promise.all([startPostgres(), startPostgres()]);
    const client = new Client({ connectionString: one.url });
    await client.connect();
    try {
      await client.query('CREATE TABLE mine (id int)');
      const { rows } = await client.query('SELECT current_user AS role, current_database() AS name');
      expect(rows).toEqual([{ role: one.user, name: one.name }]);
      expect(one.name).not.toBe(two.name);
    } finally {
      await client.end();
      await Promise.all([one.stop(), two.stop()]);
    }
  });
});

describe('permissions on NATS', () => {
  const nats = opened(() => startNats());
  const connections = opened(
    () => new Map<NatsUser, NatsConnection>(),
    (all) => Promise.all([...all.values()].map((connection) => connection.close())),
  );
  const refusals = new Map<NatsUser, string[]>();

  beforeAll(async () => {
    for (const user of NATS_USERS) {
      const connection = await connect(natsOptions(nats.urls[user], user));
      connections.set(user, connection);
      refusals.set(user, []);
      void (async () => {
        for await (const status of connection.status()) {
          if (String(status.type) === 'error') refusals.get(user)?.push(JSON.stringify(status));
        }
      })();
    }
  });

  const as = (user: NatsUser): NatsConnection => {
    const connection = connections.get(user);
    if (!connection) throw new Error(`${user} is not connected`);
    return connection;
  };
  const mayPublish = async (user: NatsUser, subject: string): Promise<boolean> => {
    const before = refusals.get(user)?.length;
    as(user).publish(subject, '{}');
    await as(user).flush();
    await new Promise(setImmediate);
    return refusals.get(user)?.length === before;
  };

  it.each(NATS_USERS.map((user) => [user, user === 'risk']))(
    'lets %s publish a placing: %s',
    async (user, allowed) => {
      expect(await mayPublish(user, placeOrder.subject)).toBe(allowed);
    },
  );

  it.each(NATS_USERS.map((user) => [user, user === 'risk' || user === 'execution']))(
    'lets %s write the journal: %s',
    async (user, allowed) => {
      expect(await mayPublish(user, 'elvis.journal.order.YQ')).toBe(allowed);
    },
  );

  it.each(NATS_USERS.map((user) => [user, user === 'bots']))(
    "lets %s send a bot's order to risk: %s, and write the journal and the work queue of bots",
    async (user, allowed) => {
      expect(await mayPublish(user, submitBotOrder.subject)).toBe(allowed);
      expect(await mayPublish(user, botSubject('a'))).toBe(allowed);
      expect(await mayPublish(user, botWorkSubject('a'))).toBe(allowed);
    },
  );

  it('lets bots send risk nothing but orders of bots', async () => {
    expect(await mayPublish('bots', submitOrder.subject)).toBe(false);
    expect(await mayPublish('bots', 'elvis.command.risk.submit-orders')).toBe(false);
    expect(await mayPublish('bots', 'elvis.command.risk.set-limits')).toBe(false);
    expect(await mayPublish('bots', 'elvis.command.risk.clear-stop')).toBe(false);
  });

  it('keeps one token of a bot in the work queue and refuses another', async () => {
    const work = as('bots').jetstream();
    await work.publish(botWorkSubject('one'), '{}');
    await expect(work.publish(botWorkSubject('one'), '{}')).rejects.toMatchObject({
      api_error: { description: 'maximum messages per subject exceeded' },
    });
    await work.publish(researchWorkSubject('one'), '{}');
    const consumer = await work.consumers.get(WORK_STREAM, BOT_WORKERS_CONSUMER);
    // Tokens that other tests have left come first.
    await until(async () => {
      const token = await consumer.next({ expires: 2_000 });
      await token?.ackAck();
      return token?.subject === botWorkSubject('one');
    });
    await work.publish(botWorkSubject('one'), '{}');
  });

  it.each(NATS_USERS.map((user) => [user, user === 'binance-gateway']))(
    "lets %s want and read the exchange's own words: %s",
    async (user, allowed) => {
      const stream = 'btcusdt@depth@100ms';
      expect(await mayPublish(user, `${relayInterestFeed.prefix}.futures.${stream}`)).toBe(allowed);
      expect(covers(permissionsOf(user).subscribe, relaySubject('futures', stream, 'a'))).toBe(allowed);
    },
  );

  it('lets the operator stop, and not clear or trade', async () => {
    expect(await mayPublish('operator', requestStop.subject)).toBe(true);
    expect(await mayPublish('operator', 'elvis.command.risk.clear-stop')).toBe(false);
    expect(await mayPublish('operator', submitOrder.subject)).toBe(false);
  });

  it.each(NATS_USERS.filter((user) => user !== 'provision'))('lets %s create no consumer', async (user) => {
    expect(await mayPublish(user, '$JS.API.CONSUMER.CREATE.ELVIS_EVENTS')).toBe(false);
    expect(await mayPublish(user, '$JS.API.CONSUMER.DURABLE.CREATE.ELVIS_EVENTS.X')).toBe(false);
    expect(await mayPublish(user, '$JS.API.STREAM.DELETE.ELVIS_ORDERS')).toBe(false);
  });

  it('lets a service answer those who may ask it, and no other address', async () => {
    expect(await mayPublish('execution', '_INBOX_gateway.a')).toBe(true);
    expect(await mayPublish('execution', '_INBOX_provision.a')).toBe(false);
    expect(await mayPublish('trade-history', placeOrder.subject)).toBe(false);
  });

  it('lets somebody ask, and its owner answer, every request there is', () => {
    for (const { subject } of requestContracts()) {
      const owner = ownerOf(subject) as NatsUser;
      const askers = NATS_USERS.filter((user) => covers(permissionsOf(user).publish, subject));
      expect([subject, askers]).not.toEqual([subject, []]);
      expect([subject, covers(permissionsOf(owner).subscribe, subject)]).toEqual([subject, true]);
    }
  });

  it('lets exactly one service state every fact there is, and two what risk has decided and what was backtested', () => {
    for (const { type } of eventContracts()) {
      const sources = NATS_USERS.filter((user) => covers(permissionsOf(user).publish, type));
      if (type === riskApproved.type || type === riskDenied.type)
        expect(sources).toEqual(['risk', 'execution']);
      // Of the command line, and of jobs that the gateway asked for.
      else if (type.startsWith('elvis.event.backtest.')) expect(sources).toEqual(['bots', 'operator']);
      else expect([type, sources.length]).toEqual([type, 1]);
    }
  });

  it('lets execution alone write which orders are open', () => {
    const key = `$KV.${OPEN_ORDERS_BUCKET}.${OPEN_ORDERS_KEY}`;
    expect(NATS_USERS.filter((user) => covers(permissionsOf(user).publish, key))).toEqual(['execution']);
  });

  it('carries a command and its answer', async () => {
    as('risk').subscribe(submitOrder.subject, { callback: (_, message) => message.respond('done') });
    await as('risk').flush();
    const reply = await as('gateway').request(submitOrder.subject, '{}', { timeout: 2_000 });
    expect(reply.string()).toBe('done');
  });

  it('lets a fact be stated, heard live by the auditor and pulled from AUDITOR', async () => {
    const live = as('auditor').subscribe('elvis.event.>', { max: 1 });
    await as('auditor').flush();
    await as('risk').jetstream().publish(killSwitchActivated.type, '{"fact":1}', { msgID: 'one' });
    for await (const message of live) expect(message.string()).toBe('{"fact":1}');
    const consumer = await as('auditor').jetstream().consumers.get('ELVIS_EVENTS', 'AUDITOR');
    const pulled = await consumer.next({ expires: 2_000 });
    expect(pulled?.string()).toBe('{"fact":1}');
    expect(await pulled?.ackAck()).toBe(true);
  });

  it('lets risk keep the record of stops by compare-and-set, and the operator read it', async () => {
    const kv = await as('risk').jetstream().views.kv('ELVIS_HALTS', { bindOnly: true });
    const revision = await kv.create('state', '{"epoch":1}');
    await kv.update('state', '{"epoch":2}', revision);
    await expect(kv.update('state', '{"epoch":9}', revision)).rejects.toThrow('wrong last sequence');
    const reader = await as('operator').jetstream().views.kv('ELVIS_HALTS', { bindOnly: true });
    expect((await reader.get('state'))?.string()).toBe('{"epoch":2}');
    expect(await mayPublish('operator', '$KV.ELVIS_HALTS.state')).toBe(false);
  });

  it('refuses the second writer of an order that names no sequence he has read', async () => {
    const journal = as('execution').jetstream();
    const first = { expect: { lastSubjectSequence: 0 } };
    const claim = journal.publish('elvis.journal.order.bmV3', '{}', first);
    expect((await claim).stream).toBe(JOURNAL_STREAM);
    const rival = as('risk').jetstream().publish('elvis.journal.order.bmV3', '{}', first);
    await expect(rival).rejects.toThrow('wrong last sequence');
    const last = await as('risk').request(
      `$JS.API.STREAM.MSG.GET.${JOURNAL_STREAM}`,
      JSONCodec().encode({ last_by_subj: 'elvis.journal.order.bmV3' }),
    );
    expect(last.json()).toMatchObject({ message: { subject: 'elvis.journal.order.bmV3' } });
  });
});
