import {
  BotConfigBody,
  BotChange,
  botConfigChanged,
  botOrderId,
  botSubject,
  changeBotConfig,
  checkSignalSecret,
  createBotConfig,
  deleteBotConfig,
  getBotConfig,
  getBotStep,
  listBotConfigRevisions,
  listBotConfigs,
  listBotRuns,
  listBotStateHistory,
  listBotSteps,
  listRunSteps,
  setSignalSecret,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { anOrder, aFill, filled } from './events';
import { History } from './harness';

const HASH = 'ab'.repeat(32);
const ANN = 'user:00000000-0000-4000-8000-00000000000a';
const BOB = 'user:00000000-0000-4000-8000-00000000000b';
const AT_MS = Date.now();

const body = (changed: Partial<BotConfigBody> = {}): BotConfigBody => ({
  name: 'Crossing',
  strategy: 'ema-crossover',
  market: 'futures',
  symbol: 'BTCUSDT',
  interval: '1m',
  initialCapital: '1000',
  parameters: { fast: 8 },
  leverage: 1,
  mode: 'paper',
  ...changed,
});

describe('bots in the history', () => {
  const history = opened(() => History.start());
  const bots = opened(
    async () => connect(natsOptions(history.nats.urls.bots, 'spec-bots')),
    (connection) => connection.close(),
  );

  const create = (owner: string, changed: Partial<BotConfigBody> = {}, id: string = randomUUID()) =>
    history.bus.request(createBotConfig, { id, owner, actor: owner, body: body(changed), codeHash: HASH });
  const put = async (botId: string, records: readonly BotChange[]): Promise<void> => {
    for (const record of records) await bots.jetstream().publish(botSubject(botId), JSON.stringify(record));
  };

  const ordered = async (clientOrderId: string, botConfigId: string): Promise<void> => {
    const order = anOrder(clientOrderId, { botConfigId, status: 'FILLED' });
    await history.publisher.publish([filled(order, 7, aFill(order, `t${clientOrderId.length}`))]);
  };

  it('shows an owner the own configurations only, and keeps each revision', async () => {
    const mine = await create(ANN);
    await create(BOB);
    expect(mine).toMatchObject({
      owner: ANN,
      revision: 1,
      shortCode: expect.stringMatching(/^[a-z0-9]{6}$/) as string,
    });
    const { items } = await history.bus.request(listBotConfigs, { owner: ANN });
    expect(items.map(({ id }) => id)).toEqual([mine.id]);
    const { id } = mine;
    await expect(history.bus.request(getBotConfig, { id, owner: BOB })).rejects.toMatchObject({
      code: 'BOT_NOT_FOUND',
    });
    const next = {
      id,
      owner: ANN,
      actor: ANN,
      codeHash: HASH,
      body: body({ name: 'Slow', parameters: { slow: 30 } }),
    };
    const changed = await history.bus.request(changeBotConfig, { ...next, revision: 1 });
    expect([changed.revision, changed.name, changed.parameters]).toEqual([2, 'Slow', { slow: 30 }]);
    await expect(history.bus.request(changeBotConfig, { ...next, revision: 1 })).rejects.toMatchObject({
      code: 'BOT_CONFIG_CHANGED',
      context: { revision: '2' },
    });
    const { items: revisions } = await history.bus.request(listBotConfigRevisions, {
      id,
      owner: ANN,
      limit: 50,
    });
    expect(revisions.map(({ revision, body: { name } }) => [revision, name])).toEqual([
      [2, 'Slow'],
      [1, 'Crossing'],
    ]);
    const first = await history.bus.request(getBotConfig, { id, revision: 1 });
    expect([first.revision, first.name, first.greatestRun]).toEqual([1, 'Crossing', 0]);
  });

  it('takes one live bot of an owner for a market and symbol, and a repeat of its id as the same', async () => {
    const id = randomUUID();
    const once = await create(ANN, { symbol: 'ETHUSDT' }, id);
    expect(await create(ANN, { symbol: 'ETHUSDT' }, id)).toEqual(once);
    await expect(create(ANN, { symbol: 'ETHUSDT', name: 'Other' }, id)).rejects.toMatchObject({
      code: 'BOT_CONFIG_CHANGED',
    });
    await expect(create(ANN, { symbol: 'ETHUSDT' })).rejects.toMatchObject({ code: 'BOT_SYMBOL_TAKEN' });
    await create(ANN, { symbol: 'ETHUSDT', market: 'spot' });
    await history.bus.request(deleteBotConfig, { id, owner: ANN, actor: ANN });
    await create(ANN, { symbol: 'ETHUSDT' });
  });

  it('tells of each change of a configuration once', async () => {
    const { id } = await create(ANN, { symbol: 'SOLUSDT' });
    await history.bus.request(deleteBotConfig, { id, owner: ANN, actor: ANN });
    const changes = async (): Promise<string[]> => {
      const { rows } = await history.pool.query<{ change: string }>(
        `SELECT body::jsonb #>> '{data,change}' AS change FROM audit_log
          WHERE type = $1 AND body::jsonb #>> '{data,botConfigId}' = $2 ORDER BY seq`,
        [botConfigChanged.type, id],
      );
      return rows.map(({ change }) => change);
    };
    await until(async () => (await changes()).length === 2);
    expect(await changes()).toEqual(['created', 'deleted']);
  });

  it('knows a signal secret by its hash alone', async () => {
    const { id } = await create(ANN, { symbol: 'XRPUSDT' });
    const wrong = { code: 'SIGNAL_SECRET_WRONG' };
    await expect(history.bus.request(checkSignalSecret, { id, secretHash: HASH })).rejects.toMatchObject(
      wrong,
    );
    await history.bus.request(setSignalSecret, { id, owner: ANN, actor: ANN, secretHash: HASH });
    expect(await history.bus.request(checkSignalSecret, { id, secretHash: HASH })).toEqual({
      isGenuine: true,
    });
    const other = { id, secretHash: '00'.repeat(32) };
    await expect(history.bus.request(checkSignalSecret, other)).rejects.toMatchObject(wrong);
  });

  it('stores runs, states and steps of the journal, and explains a step down to its fills and audit numbers', async () => {
    const config = await create(BOB, { symbol: 'ADAUSDT' });
    const { id, shortCode } = config;
    const clientOrderId = botOrderId(shortCode, 7, 1, 1);
    const candle = {
      market: 'futures',
      symbol: 'ADAUSDT',
      interval: '1m',
      openTimeMs: AT_MS - 60_000,
      revision: 1,
    } as const;
    const of = { run: 7, atMs: AT_MS };
    const runId = randomUUID();
    await ordered(clientOrderId, id);
    const dueOf = (step: number) =>
      ({
        step,
        cause: 'candle',
        causeId: `c${step}`,
        candle,
        dueAtMs: AT_MS,
        decideByMs: AT_MS + 5_000,
      }) as const;
    const due = (step: number) => ({ ...of, type: 'STEP_DUE', ...dueOf(step) }) as const;
    const done = (step: number) =>
      ({
        ...of,
        type: 'COMMIT',
        due: dueOf(step),
        step,
        inputsHash: HASH,
        reasons: ['no crossing'],
        answers: [],
        tookMs: 3.2,
        lateMs: 9,
        isLate: false,
      }) as const;
    const intent = {
      n: 1,
      action: 'SUBMIT',
      clientOrderId,
      terms: {},
      role: 'ENTRY',
      because: 'fast rose through slow',
      opens: true,
    } as const;
    const records: BotChange[] = [
      { ...of, type: 'RUN', runId, config, codeHash: HASH, build: '0.2.0', clearanceId: null, actor: BOB },
      { ...of, type: 'STATE', state: 'RUNNING', causes: [], reason: 'warm', actor: 'system' },
      due(1),
      {
        ...of,
        type: 'INTENTS',
        due: dueOf(1),
        step: 1,
        inputs: { fast: 2, slow: 1 },
        inputsHash: HASH,
        intents: [intent],
        reasons: ['fast rose through slow'],
      },
      {
        ...done(1),
        reasons: ['fast rose through slow'],
        answers: [{ n: 1, clientOrderId, action: 'SUBMIT', because: 'fast rose', outcome: 'FILLED' }],
      },
      due(2),
      done(2),
      {
        ...of,
        atMs: AT_MS + 9,
        type: 'STATE',
        state: 'STOPPED',
        causes: [],
        reason: 'enough',
        actor: BOB,
        stop: { stopId: 's', mode: 'flatten', remainder: { orders: [], position: '0' } },
      },
    ];
    await put(id, records);
    const steps = () => history.bus.request(listBotSteps, { botConfigId: id, owner: BOB, limit: 50 });
    await until(async () => (await steps()).items[0]?.tookMs === 3);
    expect((await steps()).items.map(({ step, orders, reasons }) => [step, orders, reasons])).toEqual([
      [2, [], ['no crossing']],
      [1, [clientOrderId], ['fast rose through slow']],
    ]);
    const page = await history.bus.request(listBotSteps, { botConfigId: id, owner: BOB, limit: 1 });
    expect(page.nextCursor).toBe('7.2');
    const rest = await history.bus.request(listBotSteps, {
      botConfigId: id,
      owner: BOB,
      limit: 1,
      cursor: '7.2',
    });
    expect(rest.items.map(({ step }) => step)).toEqual([1]);
    const wish = { botConfigId: id, owner: BOB, step: 1 };
    await until(async () => (await history.bus.request(getBotStep, wish)).effects[0]?.auditSeqs.length === 1);
    expect(await history.bus.request(getBotStep, wish)).toMatchObject({
      candle,
      inputs: { fast: 2, slow: 1 },
      intents: [{ because: 'fast rose through slow', opens: true }],
      answers: [{ outcome: 'FILLED' }],
      effects: [{ clientOrderId, order: { clientOrderId }, fills: [{ clientOrderId }] }],
    });
    const ofRun = async (after: number) =>
      (await history.bus.request(listRunSteps, { botConfigId: id, run: 7, after, limit: 100 })).items;
    expect(await ofRun(0)).toMatchObject([
      { step: 1, inputs: { fast: 2, slow: 1 }, intents: [{ opens: true }], answers: [{ outcome: 'FILLED' }] },
      { step: 2, cause: 'candle', candle, reasons: ['no crossing'], intents: [] },
    ]);
    expect((await ofRun(1)).map(({ step }) => step)).toEqual([2]);
    const { items: runs } = await history.bus.request(listBotRuns, {
      botConfigId: id,
      owner: BOB,
      limit: 50,
    });
    expect(runs).toMatchObject([
      { run: 7, runId, stopMode: 'flatten', stoppedBy: BOB, remainder: { position: '0' } },
    ]);
    const { items: states } = await history.bus.request(listBotStateHistory, {
      botConfigId: id,
      owner: BOB,
      limit: 50,
    });
    expect(states.map(({ state }) => state)).toEqual(['STOPPED', 'RUNNING']);
    await expect(
      history.bus.request(listBotSteps, { botConfigId: id, owner: ANN, limit: 50 }),
    ).rejects.toMatchObject({ code: 'BOT_NOT_FOUND' });
    await expect(history.bus.request(getBotStep, { ...wish, step: 9 })).rejects.toMatchObject({
      code: 'BOT_STEP_NOT_FOUND',
    });
  });

  it('knows the greatest run by records and by the ids of orders', async () => {
    const { id, shortCode } = await create(BOB, { symbol: 'DOTUSDT' });
    await put(id, [
      {
        type: 'STEP_DUE',
        run: 3,
        atMs: AT_MS,
        step: 1,
        cause: 'start',
        causeId: 's',
        dueAtMs: AT_MS,
        decideByMs: AT_MS,
      },
    ]);
    const greatest = async () => (await history.bus.request(getBotConfig, { id })).greatestRun;
    await until(async () => (await greatest()) === 3);
    const clientOrderId = botOrderId(shortCode, 41, 1, 1);
    await ordered(clientOrderId, id);
    await until(async () => (await greatest()) === 41);
  });
});
