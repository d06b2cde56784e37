/**
 * Steps of bots on a whole running system: one is explained from its candle to the audit log, and every stored one is taken
 * again from what was recorded.
 */
import { RunningStack, operate, projectRoot, startStack, until } from '@elvis/testing';
import { join } from 'node:path';
import { Client } from 'pg';

jest.setTimeout(600_000);

const WITHIN_MS = 240_000;
const STRATEGIES_DIR = join(projectRoot(), 'dist/apps/bots/test/strategies');
const REPLAY = 'tools/operator/replay';
const BOTS = [
  { name: 'Restless', symbol: 'BTCUSDT', strategy: 'restless', parameters: {} },
  { name: 'Crossing', symbol: 'ETHUSDT', strategy: 'ema-crossover', parameters: { fast: 2, slow: 3 } },
] as const;

interface Effect {
  readonly clientOrderId: string;
  readonly decisionId: string | null;
  readonly order: { readonly status: string } | null;
  readonly fills: readonly { readonly tradeId: string; readonly clientOrderId: string }[];
  readonly auditSeqs: readonly number[];
}

interface Step {
  readonly run: number;
  readonly step: number;
  readonly cause: string;
  readonly orders: readonly string[];
}

interface Explained extends Step {
  readonly candle: { readonly symbol: string; readonly interval: string; readonly openTimeMs: number };
  readonly reasons: readonly string[];
  readonly inputs: {
    readonly readings: Readonly<Record<string, unknown>>;
    readonly facts: { readonly capital: string; readonly price: string };
  };
  readonly intents: readonly { readonly clientOrderId: string; readonly because: string }[];
  readonly effects: readonly Effect[];
}

describe('a step of a bot', () => {
  let running: RunningStack;
  let database: Client;
  const ids: string[] = [];

  beforeAll(async () => {
    // Programs that this process starts read it too.
    process.env.STRATEGIES_DIR = STRATEGIES_DIR;
    running = await startStack({ env: { STRATEGIES_DIR, RATE_LIMIT_BOT_CONTROL: 'off' } });
    database = new Client({ ...running.stack.database, database: running.stack.database.name });
    await database.connect();
    for (const bot of BOTS) {
      const body = { ...bot, interval: '1m', initialCapital: '1000', limits: { maxDailyLoss: '500' } };
      const { id } = await call<{ id: string }>('POST', '/api/v1/bot-configs', body);
      ids.push(id);
      await call('POST', `/api/v1/bots/${id}/start`);
    }
  });
  afterAll(async () => {
    await database?.end();
    await running?.stop();
  });

  async function call<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
    const { gatewayUrl, apiKey } = running.stack;
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  const stepsOf = async (botId: string): Promise<readonly Step[]> =>
    (await call<{ items: Step[] }>('GET', `/api/v1/bots/${botId}/steps?limit=200`)).items;

  it('that made an order is explained from its candle to the audit log, and every link leads there', async () => {
    const [botId = ''] = ids;
    const { run, step } = await until(
      async () => (await stepsOf(botId)).find(({ cause, orders }) => cause === 'candle' && orders.length > 0),
      'the bot makes an order of a candle',
      WITHIN_MS,
    );
    const whole = await until(
      async () => {
        const found = await call<Explained>('GET', `/api/v1/bots/${botId}/steps/${step}?run=${run}`);
        const [effect] = found.effects;
        const isWhole = effect?.decisionId && effect.fills.length > 0 && effect.auditSeqs.length > 1;
        return isWhole ? found : undefined;
      },
      'its decision, fill and audit entries are stored',
      WITHIN_MS,
    );
    const { candle, inputs, intents, reasons } = whole;
    expect(inputs.readings).toEqual({ mean: expect.any(Number) as number });
    expect(reasons[0]).toContain(`the mean is ${String(inputs.readings.mean)}`);
    expect(reasons[0]).toContain(intents[0]!.because);
    const [effect] = whole.effects as [Effect];
    expect(effect.clientOrderId).toBe(intents[0]!.clientOrderId);

    const { openTimeMs, symbol, interval } = candle;
    const [from, to] = [openTimeMs, openTimeMs + 60_000].map((ms) => new Date(ms).toISOString());
    const span = `interval=${interval}&from=${from}&to=${to}`;
    const { items } = await call<{ items: { openTime: string }[] }>(
      'GET',
      `/api/v1/candles/${symbol}?${span}`,
    );
    expect(items.map(({ openTime }) => Date.parse(openTime))).toEqual([openTimeMs]);

    expect(await call('GET', `/api/v1/decisions/${effect.decisionId}`)).toMatchObject({
      decisionId: effect.decisionId,
      verdict: 'APPROVED',
    });
    expect(await call('GET', `/api/v1/orders/${effect.clientOrderId}`)).toMatchObject({
      clientOrderId: effect.clientOrderId,
      decisionId: effect.decisionId,
    });
    const trades = await call<{ items: { tradeId: string }[] }>(
      'GET',
      `/api/v1/trades?clientOrderId=${effect.clientOrderId}`,
    );
    expect(trades.items.map(({ tradeId }) => tradeId).sort()).toEqual(
      effect.fills.map(({ tradeId }) => tradeId).sort(),
    );
    for (const seq of effect.auditSeqs) {
      const { code, output } = await audited(seq);
      expect([code, output]).toEqual([0, expect.stringContaining(`"seq":${seq},`)]);
      expect(output).toContain(effect.clientOrderId);
    }
  });

  interface Explanation {
    readonly askedAs: string;
    readonly chains: readonly {
      readonly clientOrderId: string;
      readonly stepId: string | null;
      readonly stages: readonly {
        readonly kind: string;
        readonly traceId: string | null;
        readonly auditSeq: number | null;
        readonly hash: string | null;
        readonly facts: Readonly<Record<string, string>>;
        readonly checks?: readonly {
          readonly name: string;
          readonly outcome: string;
          readonly code: string | null;
        }[];
      }[];
    }[];
  }
  const explain = (id: string): Promise<Explanation> =>
    call<Explanation>('GET', `/api/v1/explanations/${encodeURIComponent(id)}`);

  it('that made an order is in the same chain, whatever the chain is asked by', async () => {
    const [botId = ''] = ids;
    const { run, step, orders } = (await stepsOf(botId)).findLast((one) => one.orders.length > 0)!;
    const [order = ''] = orders;
    const whole = await until(
      async () => {
        const found = await explain(order).catch(() => undefined);
        return found?.chains[0]?.stages.some(({ kind }) => kind === 'fill') ? found : undefined;
      },
      'the fill of its order is explained',
      WITHIN_MS,
    );
    const [{ stages, stepId }] = whole.chains as [Explanation['chains'][0]];
    expect([...new Set(stages.map(({ kind }) => kind))]).toEqual(
      expect.arrayContaining(['step', 'intent', 'decision', 'approval', 'journal', 'fill']),
    );
    expect(stages.map(({ kind }) => kind).slice(0, 4)).toEqual(['step', 'intent', 'decision', 'approval']);
    expect(stepId).toBe(`${botId}:${run}:${step}`);
    const { checks = [], facts, traceId } = stages.find(({ kind }) => kind === 'decision')!;
    expect(checks.map(({ outcome }) => outcome)).toEqual(checks.map(() => 'passed'));
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['largest value', 'position']));
    const fill = (await call<{ items: { id: string }[] }>('GET', `/api/v1/trades?clientOrderId=${order}`))
      .items[0]!;
    const others: readonly (readonly [askedAs: string, id: string])[] = [
      ['decision', facts.decisionId!],
      ['fill', fill.id],
      ['trace', traceId!],
      ['step', stepId!],
      ...stages.flatMap(({ auditSeq }) => (auditSeq === null ? [] : [['audit', `${auditSeq}`] as const])),
    ];
    for (const [askedAs, id] of others) {
      const found = await explain(id);
      expect([found.askedAs, found.chains.find(({ clientOrderId }) => clientOrderId === order)]).toEqual([
        askedAs,
        whole.chains[0],
      ]);
    }
    const { rows } = await database.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM audit_log WHERE seq = $1`,
      [stages.at(-1)!.auditSeq],
    );
    expect(rows).toEqual([{ hash: stages.at(-1)!.hash }]);
    await expect(explain('nothing-of-this-name')).rejects.toThrow('EXPLANATION_NOT_FOUND');
  });

  it('is not needed: the order of a person that was denied shows which check refused it, and by how much', async () => {
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '5',
      clientOrderId: 'too-large-1',
    };
    await expect(call('POST', '/api/v1/orders', order)).rejects.toThrow('422');
    const { chains } = await until(
      () => explain('too-large-1').catch(() => undefined),
      'it is explained',
      WITHIN_MS,
    );
    const [intent, decision] = chains[0]!.stages;
    expect([intent?.kind, intent?.facts.actor, decision?.kind]).toEqual([
      'intent',
      'key:environment',
      'decision',
    ]);
    const denied = decision?.checks?.filter(({ outcome }) => outcome === 'denied');
    expect(denied).toEqual([
      {
        name: expect.any(String) as string,
        outcome: 'denied',
        figure: expect.any(String) as string,
        limit: expect.any(String) as string,
        code: decision?.facts['denial.code'],
      },
    ]);
  });

  it('comes to the same when it is taken again, and a changed input is found and named', async () => {
    await until(
      async () => {
        const steps = await Promise.all(ids.map(stepsOf));
        return steps.every((own) => own.filter(({ cause }) => cause === 'candle').length >= 2);
      },
      'each bot has stepped on two candles',
      WITHIN_MS,
    );
    for (const id of ids) await call('POST', `/api/v1/bots/${id}/stop`, { reason: 'spec', mode: 'flatten' });
    await until(async () => (await untaken()) === 0, 'the history has every step', WITHIN_MS);
    const { code, output } = await replayed();
    expect(output).toMatch(/^(\d+) steps of 2 bots were taken again: 0 differ$/m);
    expect([code, output.includes('not taken again')]).toEqual([0, false]);

    const [botId = ''] = ids;
    const { step } = (await stepsOf(botId)).find(({ cause }) => cause === 'candle')!;
    const price = await flipped(botId, step);
    expect((await replayed('--bot', botId)).output).toContain(
      `step ${step} (candle): input facts.price: the history has "${price.is}", and it was "${price.was}"`,
    );
    await put(botId, step, price.was);

    const openTime = await flipCandle(botId, step);
    expect((await replayed('--bot', botId)).output).toContain(
      `step ${step} (candle): candles of the feed main: the history's of BTCUSDT 1m from`,
    );
    await database.query('UPDATE candles SET close = close / 2 WHERE symbol = $1 AND open_time = $2', [
      'BTCUSDT',
      openTime,
    ]);
    expect((await replayed()).code).toBe(0);
  });

  const audited = (seq: number) =>
    operate(running.home, 'apps/trade-history/src/programs/audit-tail', '--seq', `${seq}`);
  const replayed = (...words: readonly string[]) => operate(running.home, REPLAY, 'bots', ...words);

  /** Bots whose stop is not stored, and decided steps whose end is not. */
  async function untaken(): Promise<number> {
    const { rows } = await database.query<{ decided: number; stopped: number }>(
      `SELECT count(*) FILTER (WHERE inputs IS NOT NULL AND committed_at IS NULL)::int AS decided,
        count(DISTINCT bot_config_id) FILTER (WHERE cause = 'stop' AND committed_at IS NOT NULL)::int AS stopped
        FROM bot_steps`,
    );
    const states = await call<{ items: { status: string }[] }>('GET', '/api/v1/bot-states');
    const open = states.items.filter(({ status }) => status !== 'STOPPED').length;
    return open + rows[0]!.decided + BOTS.length - rows[0]!.stopped;
  }

  /** One digit of the price that the step was given becomes another. */
  async function flipped(
    botId: string,
    step: number,
  ): Promise<{ readonly was: string; readonly is: string }> {
    const { rows } = await database.query<{ was: string }>(
      `SELECT inputs #>> '{facts,price}' AS was FROM bot_steps WHERE bot_config_id = $1 AND step = $2`,
      [botId, step],
    );
    const { was } = rows[0]!;
    const is = `${was[0] === '9' ? '8' : '9'}${was.slice(1)}`;
    await put(botId, step, is);
    return { was, is };
  }

  const put = (botId: string, step: number, price: string) =>
    database.query(
      `UPDATE bot_steps SET inputs = jsonb_set(inputs, '{facts,price}', to_jsonb($3::text))
        WHERE bot_config_id = $1 AND step = $2`,
      [botId, step, price],
    );

  async function flipCandle(botId: string, step: number): Promise<string> {
    const { rows } = await database.query<{ at: string }>(
      `UPDATE candles SET close = close * 2 WHERE symbol = 'BTCUSDT' AND open_time = (
         SELECT to_timestamp((candle ->> 'openTimeMs')::float8 / 1000) FROM bot_steps
         WHERE bot_config_id = $1 AND step = $2) RETURNING open_time::text AS at`,
      [botId, step],
    );
    return rows[0]!.at;
  }
});
