/** Bots over REST: a real gateway and a real trade-history; the bots service is asked on its real subjects. */
import {
  BOT_STATES_KEY,
  BotStateView,
  acknowledgeBotFault,
  botStateFeed,
  botStepFeed,
  checkBotConfig,
  getBotParity,
  getBotStates,
  listStrategies,
  signalBot,
  startBot,
  stopBot,
  workFeed,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { connect } from 'nats';
import { WebSocket } from 'ws';
import { opened, until } from '@elvis/testing';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { shippedStrategy } from '../apps/bots/src/runner/strategies';
import { Answer, startResponder } from '../apps/gateway/test/gateway-under-test';
import { IdentityUnderTest } from './security/identity-under-test';

const CODE_HASH = 'cd'.repeat(32);
const A_BOT = { name: 'First', strategy: 'ema-crossover', symbol: 'BTCUSDT', initialCapital: '1000' };

describe('bots over REST', () => {
  const identity = opened(
    () => IdentityUnderTest.start(),
    (under) => under.stop(),
  );
  const gateway = opened(() =>
    identity.gateway({ REGISTRATION: 'open', RATE_LIMIT_BOT_CONTROL: 'off', RATE_LIMIT_SIGNALS: '3/60' }),
  );
  const bots = opened(
    () => startResponder(identity.servers.nats, 'bots'),
    (responder) => responder.stop(),
  );
  const keys = opened(async () => {
    const made = ['ann', 'bob'].map(async (name) => {
      const body = { name, scopes: ['read', 'trade'] };
      return (await gateway.call('POST', '/api/v1/access-keys', { body })).body.key as string;
    });
    const [ann, bob] = await Promise.all(made);
    return { ann: ann!, bob: bob! };
  });

  beforeEach(async () => {
    await identity.redis.flushall();
    await identity.pool.query('DELETE FROM bot_configs');
    await bots.stop();
    await bots.start();
    bots
      .on(checkBotConfig, ({ body: { parameters } }) => ({
        problems: Object.keys(parameters ?? {}).includes('fsat') ? ['parameters.fsat is unknown'] : [],
        codeHash: CODE_HASH,
      }))
      .on(getBotStates, () => ({ items: [] }));
  });

  const call = (method: string, path: string, key: string, body?: object, headers = {}): Promise<Answer> =>
    gateway.call(method, `/api/v1/${path}`, { key, headers, ...(body && { body }) });
  const create = (key: string, changed: object = {}): Promise<Answer> =>
    call('POST', 'bot-configs', key, { ...A_BOT, ...changed });
  const codeOf = ({ status, body }: Answer): unknown[] => [status, body.code];

  it('keeps the bots of two users apart at every address', async () => {
    const { status, body: mine } = await create(keys.ann);
    expect([status, mine.revision, mine.market, mine.mode]).toEqual([201, 1, 'futures', 'paper']);
    expect((await create(keys.bob)).status).toBe(201);
    const listed = await call('GET', 'bot-configs', keys.ann);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([mine.id]);
    const states = await call('GET', 'bot-states', keys.ann);
    expect(states.body.items).toMatchObject([{ botConfigId: mine.id, status: 'STOPPED' }]);
    const reason = { reason: 'spec' };
    const foreign: readonly (readonly [string, string, object?])[] = [
      ['GET', `bot-configs/${mine.id}`],
      ['PUT', `bot-configs/${mine.id}`, { ...A_BOT, revision: 1 }],
      ['DELETE', `bot-configs/${mine.id}`],
      ['GET', `bot-configs/${mine.id}/revisions`],
      ['POST', `bot-configs/${mine.id}/signal-secret`],
      ['POST', `bots/${mine.id}/start`],
      ['POST', `bots/${mine.id}/stop`, reason],
      ['POST', `bots/${mine.id}/pause`, reason],
      ['POST', `bots/${mine.id}/resume`, reason],
      ['POST', `bots/${mine.id}/acknowledge`, { note: 'spec' }],
      ['GET', `bot-states/${mine.id}`],
      ['GET', `bot-states/${mine.id}/history`],
      ['GET', `bots/${mine.id}/runs`],
      ['GET', `bots/${mine.id}/steps`],
      ['GET', `bots/${mine.id}/steps/1`],
      ['GET', `bots/${mine.id}/steps.ndjson`],
      ['GET', `bots/${mine.id}/parity`],
    ];
    for (const [method, path, body] of foreign)
      expect([path, ...codeOf(await call(method, path, keys.bob, body))]).toEqual([
        path,
        404,
        'BOT_NOT_FOUND',
      ]);
  });

  it('answers a stale revision with 409, and a parameter that the strategy does not take with 400 that names it', async () => {
    const { body: made } = await create(keys.ann);
    const path = `bot-configs/${made.id}`;
    const changed = await call('PUT', path, keys.ann, { ...A_BOT, name: 'Second', revision: 1 });
    expect([changed.status, changed.body.revision, changed.body.name]).toEqual([200, 2, 'Second']);
    const stale = await call('PUT', path, keys.ann, { ...A_BOT, revision: 1 });
    expect(codeOf(stale)).toEqual([409, 'BOT_CONFIG_CHANGED']);
    const wrong = await create(keys.ann, { symbol: 'ETHUSDT', parameters: { fsat: 8 } });
    expect([...codeOf(wrong), wrong.body.context]).toEqual([
      400,
      'BOT_CONFIG_INVALID',
      { problems: ['parameters.fsat is unknown'] },
    ]);
    const outside = await create(keys.ann, { symbol: 'ETHUSDT', protections: { stopLoss: '-1' } });
    expect(codeOf(outside)).toEqual([400, 'MESSAGE_MALFORMED']);
    expect(outside.body.detail).toContain('stopLoss');
    expect(codeOf(await create(keys.ann))).toEqual([409, 'BOT_SYMBOL_TAKEN']);
    const { body: revisions } = await call('GET', `${path}/revisions`, keys.ann);
    expect(revisions.items.map(({ revision }: { revision: number }) => revision)).toEqual([2, 1]);
  });

  it('shows a run beside a backtest of its candles, each difference with the first input that differs', async () => {
    const { body: made } = await create(keys.ann);
    const atMs = Date.UTC(2026, 10, 30);
    bots.on(getBotParity, ({ run }) => ({
      run: run ?? 3,
      runId: randomUUID(),
      isSameCode: true,
      fromMs: atMs,
      toMs: atMs + 60_000,
      steps: 2,
      counts: { SAME: 1, DIFFERENT_DECISION: 1 },
      differences: [
        {
          openTimeMs: atMs,
          step: 2,
          class: 'DIFFERENT_DECISION',
          input: 'candle',
          bot: 'main 1',
          backtest: 'main 2',
          follows: false,
        },
      ],
      leftOut: 0,
    }));
    const { status, body } = await call('GET', `bots/${made.id}/parity?run=2`, keys.ann);
    expect([status, body.run, body.from]).toEqual([200, 2, '2026-11-30T00:00:00.000Z']);
    expect(body.differences).toMatchObject([
      { openTime: '2026-11-30T00:00:00.000Z', input: 'candle', step: 2 },
    ]);
  });

  it('makes one bot of a repeated request with one Idempotency-Key', async () => {
    const again = () => call('POST', 'bot-configs', keys.ann, A_BOT, { 'idempotency-key': 'once' });
    const answers = await Promise.all([again(), again(), again()]);
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(1);
  });

  it('starts the newest revision, and answers a repeat with the run that was begun', async () => {
    const { body: made } = await create(keys.ann);
    const runId = randomUUID();
    bots.on(startBot, () => ({ runId, run: 1, state: 'STARTING' }));
    const start = () => call('POST', `bots/${made.id}/start`, keys.ann, {}, { 'idempotency-key': 'go' });
    const first = await start();
    expect([first.status, first.body]).toEqual([202, { runId, run: 1, state: 'STARTING' }]);
    bots.on(startBot, () => {
      throw new TradingFailure('BOT_ALREADY_RUNNING', 'It runs');
    });
    expect((await start()).body).toEqual(first.body);
    const other = await call('POST', `bots/${made.id}/start`, keys.ann);
    expect(codeOf(other)).toEqual([409, 'BOT_ALREADY_RUNNING']);
    expect(bots.asked.find(({ subject }) => subject === startBot.subject)?.payload).toMatchObject({
      botId: made.id,
      revision: 1,
    });
    const differs = await call(
      'POST',
      `bots/${made.id}/stop`,
      keys.ann,
      { reason: 'x' },
      { 'idempotency-key': 'go' },
    );
    expect(codeOf(differs)).toEqual([400, 'IDEMPOTENCY_KEYS_DIFFER']);
  });

  it('wants a reason of who stops, takes `cancel` for the mode, and passes an acknowledgement on', async () => {
    const { body: made } = await create(keys.ann);
    bots.on(stopBot, ({ mode }) => ({ stopId: mode, state: 'STOPPING' }));
    bots.on(acknowledgeBotFault, ({ note }) => ({ state: note === 'seen' ? 'FAULTED' : 'RUNNING' }));
    expect(codeOf(await call('POST', `bots/${made.id}/stop`, keys.ann, {}))).toEqual([
      400,
      'MESSAGE_MALFORMED',
    ]);
    const stopped = await call('POST', `bots/${made.id}/stop`, keys.ann, { reason: 'enough' });
    expect([stopped.status, stopped.body.stopId]).toEqual([202, 'cancel']);
    const noted = await call('POST', `bots/${made.id}/acknowledge`, keys.ann, { note: 'seen' });
    expect(noted.body).toEqual({ state: 'FAULTED' });
  });

  it('shows the copy of a state in Redis while it is young, asks the service when it is old, and deletes only what is STOPPED', async () => {
    const { body: made } = await create(keys.ann);
    const path = `bot-states/${made.id}`;
    const { body: never } = await call('GET', path, keys.ann);
    expect([never.status, never.run, never.lastStep]).toEqual(['STOPPED', 0, null]);
    const state = { botConfigId: made.id, status: 'RUNNING', asOfMs: Date.now() } as BotStateView;
    await identity.redis.hset(BOT_STATES_KEY, made.id, JSON.stringify(state));
    expect((await call('GET', path, keys.ann)).body).toMatchObject({
      status: 'RUNNING',
      ageMs: expect.any(Number) as number,
    });
    const old = { ...state, asOfMs: Date.now() - 60_000 };
    await identity.redis.hset(BOT_STATES_KEY, made.id, JSON.stringify(old));
    bots.on(getBotStates, () => ({ items: [{ ...state, status: 'PAUSED', asOfMs: Date.now() }] }));
    expect((await call('GET', path, keys.ann)).body.status).toBe('PAUSED');
    expect(codeOf(await call('DELETE', `bot-configs/${made.id}`, keys.ann))).toEqual([
      409,
      'BOT_NOT_STOPPED',
    ]);
    bots.on(getBotStates, () => ({ items: [] }));
    expect((await call('DELETE', `bot-configs/${made.id}`, keys.ann)).status).toBe(200);
    expect(codeOf(await call('GET', `bots/${made.id}/steps/1`, keys.ann))).toEqual([
      404,
      'BOT_STEP_NOT_FOUND',
    ]);
  });

  it('has every place that docs/api.md names for what the system before had', async () => {
    const text = { stopLoss: '0.01', takeProfit: '0.05', trailingStop: 'off' };
    const limits = { dailyTarget: '5', maxDailyLoss: '5', maxDailyTrades: 5, maxPosition: '500' };
    const parametersOf = (name: string) => Object.keys(shippedStrategy(name)?.parameters ?? {});
    const { body: made } = await create(keys.ann, { interval: '1m', protections: text, limits, leverage: 2 });
    const { body: config } = await call('GET', `bot-configs/${made.id}`, keys.ann);
    const { body: state } = await call('GET', `bot-states/${made.id}`, keys.ann);
    const { body: api } = await gateway.call('GET', '/docs-json', { key: null });
    const places = new Set([
      ...Object.keys(state as object),
      ...Object.keys(config as object),
      ...['protections', 'limits'].flatMap((part) =>
        Object.keys(config[part] as object).map((name) => `${part}.${name}`),
      ),
      ...['ema-crossover', 'ema-rsi'].flatMap((name) => [
        name,
        ...parametersOf(name).map((parameter) => `parameters.${parameter}`),
      ]),
      ...Object.keys(api.paths as object),
      ...['mode', 'reason', 'npm run backtest'],
    ]);
    const [, table = ''] = readFileSync('docs/api.md', 'utf8').split('the bots before Elvis\n');
    const named = table.split('\n').flatMap((row) => (row.split('|')[2] ?? '').match(/`[^`]+`/g) ?? []);
    expect(named.length).toBeGreaterThan(30);
    expect(named.map((name) => name.slice(1, -1)).filter((name) => !places.has(name))).toEqual([]);
  });

  it('lists the strategies with what a form needs', async () => {
    bots.on(listStrategies, ({ name = 'grid' }) => ({
      items: [{ name, version: 1, summary: 's', codeHash: CODE_HASH, takesSignals: false, parameters: {} }],
    }));
    expect((await call('GET', 'strategies', keys.ann)).body.items).toHaveLength(1);
    expect((await call('GET', 'strategies/dca', keys.ann)).body.name).toBe('dca');
  });

  it('tells of a bot and its steps live, and only its owner', async () => {
    const { body: made } = await create(keys.ann);
    const { items } = (await call('GET', 'bot-states', keys.ann)).body;
    const { owner } = items[0] as { owner: string };
    const listen = async (
      key: string,
    ): Promise<{ heard: { topic: string; data?: unknown }[]; close: () => void }> => {
      const heard: { topic: string; data?: unknown }[] = [];
      const query = `?topics=bots,work,bot-steps:${made.id}`;
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream${query}`, {
        headers: { 'x-api-key': key },
      });
      socket.on('message', (data: Buffer) => heard.push(...(JSON.parse(data.toString()) as typeof heard)));
      await until(() => heard.some(({ topic }) => topic === 'welcome'));
      return { heard, close: () => socket.close() };
    };
    const [ann, bob] = await Promise.all([listen(keys.ann), listen(keys.bob)]);
    const nats = await connect(natsOptions(identity.servers.nats.urls.bots, 'spec-bots'));
    const say = (subject: string, data: object): void => nats.publish(subject, JSON.stringify(data));
    say(`${botStateFeed.prefix}.${made.id}`, { botConfigId: made.id, owner, status: 'RUNNING', asOfMs: 0 });
    say(`${botStepFeed.prefix}.${made.id}`, {
      botConfigId: made.id,
      owner,
      step: 3,
      atMs: 0,
      reasons: ['why'],
    });
    say(`${workFeed.prefix}.bots`, { queue: 'bots', depth: 2, oldestMs: 5 });
    const about = ({ heard }: typeof ann): string[] =>
      heard.map(({ topic }) => topic).filter((topic) => /^(bots|work|bot-steps:.*)$/.test(topic));
    await until(() => about(ann).length === 3 && about(bob).length === 1);
    expect(about(ann).sort()).toEqual([`bot-steps:${made.id}`, 'bots', 'work']);
    expect(about(bob)).toEqual(['work']);
    expect(ann.heard.find(({ topic }) => topic.startsWith('bot-steps'))?.data).toMatchObject({
      step: 3,
      reasons: ['why'],
      at: '1970-01-01T00:00:00.000Z',
    });
    ann.close();
    bob.close();
    await nats.close();
  });

  describe('signals', () => {
    const send = (id: string, body: object, headers = {}): Promise<Answer> =>
      gateway.call('POST', `/api/v1/signals/${id}`, { key: null, body, headers });

    it('reach their bot by its secret, which goes no further, in whatever content type and words an alert has', async () => {
      const { body: made } = await create(keys.ann);
      const { body: given } = await call('POST', `bot-configs/${made.id}/signal-secret`, keys.ann);
      expect(given.path).toBe(`/api/v1/signals/${made.id}`);
      expect(JSON.parse(given.alert as string)).toMatchObject({
        secret: given.secret,
        action: '{{strategy.market_position}}',
      });
      bots.on(signalBot, () => ({ run: 1, step: 4, isRepeat: false }));
      const signal = {
        secret: given.secret,
        id: 's-1',
        action: 'flat',
        confidence: 0.7,
        time: '2026-11-30T16:00:00Z',
      };
      const taken = await send(made.id, signal, { 'content-type': 'text/plain' });
      expect([taken.status, taken.body]).toEqual([202, { run: 1, step: 4, isRepeat: false }]);
      const asked = bots.asked.find(({ subject }) => subject === signalBot.subject)?.payload;
      expect(asked).toMatchObject({
        botId: made.id,
        signal: { signalId: 's-1', action: 'EXIT', confidence: '0.7', madeAtMs: Date.UTC(2026, 10, 30, 16) },
      });
      expect(JSON.stringify(bots.asked)).not.toContain(given.secret);
      const audited = async (): Promise<string> => {
        const { rows } = await identity.pool.query<{ body: string }>('SELECT body FROM audit_log');
        return rows.map(({ body }) => body).join('\n');
      };
      await until(async () => (await audited()).includes(`signal:${made.id}`));
      expect(await audited()).not.toContain(given.secret);
    });

    it('of a wrong secret and of an unknown bot are told alike, and counted for their address until it has to wait', async () => {
      const { body: made } = await create(keys.ann);
      const { body: given } = await call('POST', `bot-configs/${made.id}/signal-secret`, keys.ann);
      bots.on(signalBot, () => ({ run: 1, step: 4, isRepeat: false }));
      const signal = { secret: given.secret as string, id: 's-2', action: 'LONG' };
      for (let sent = 0; sent < 5; sent += 1) expect((await send(made.id, signal)).status).toBe(202);
      const wrong = { ...signal, secret: `sig_${'x'.repeat(43)}` };
      const answers = [
        await send(made.id, wrong),
        await send(randomUUID(), signal),
        await send(made.id, wrong),
      ];
      expect(answers.map(codeOf)).toEqual(answers.map(() => [401, 'SIGNAL_SECRET_WRONG']));
      expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
      expect(codeOf(await send(made.id, signal))).toEqual([429, 'RATE_LIMITED']);
    });
  });
});
