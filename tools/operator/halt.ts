/**
 * `npm run halt [-- --reason TEXT]`: stops everything, with every other part dead if need be.
 *
 * It asks risk over NATS; where no answer comes within a second, it sets the switch in Redis itself, which is enough
 * for the send script to refuse every order and for execution to begin canceling. It says which of the two it reached,
 * and exits 0 only if the stop stands somewhere.
 */
import { KILL_SWITCH_KEY, StopReply, requestStop } from '@elvis/contracts';
import { Bus, setKillSwitch } from '@elvis/platform';
import { GLOBAL_SCOPE, TradingFailure } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RunningSystem, Verb, findRunningSystem, openNats, openRedis } from './running-system';

const PATIENCE_MS = 1_000;
const ANSWER_LIMIT_MS = 8_000;

export async function operate({ args, root }: Verb): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { reason: { type: 'string' } } });
  const reason = values.reason ?? 'npm run halt';
  const actor = `operator:${userInfo().username}`;
  const system = findRunningSystem(root);
  if (!system.redis && !system.operatorNatsUrl) {
    console.error(
      'NOT STOPPED: no system was found. Run this where Elvis runs (.elvis/stack.json), or set REDIS_HOST or NATS_URL.',
    );
    return 1;
  }

  const viaRisk = askRisk(system, actor, reason);
  const early = await Promise.race([viaRisk, pause(PATIENCE_MS, undefined, { ref: false })]);
  const direct = early instanceof Answer ? undefined : await setSwitch(system, actor, reason);
  if (direct) console.log(direct.text);
  const answer = await viaRisk;
  console.log(answer.text);
  return answer.stands || direct?.stands ? 0 : 1;
}

class Answer {
  constructor(
    readonly stands: boolean,
    readonly text: string,
  ) {}
}

async function askRisk(
  { operatorNatsUrl }: RunningSystem,
  actor: string,
  reason: string,
): Promise<Answer | Silence> {
  if (!operatorNatsUrl) return new Silence('NATS: not asked, its address is unknown; set NATS_URL');
  try {
    const connection = await openNats(operatorNatsUrl);
    try {
      return heard(
        await new Bus(connection).request(requestStop, { actor, reason }, { timeoutMs: ANSWER_LIMIT_MS }),
      );
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (error instanceof TradingFailure && error.code === 'STOP_ADDS_NOTHING') {
      return new Answer(true, 'NATS: risk answers that an active stop already does all of this');
    }
    return new Silence(`NATS: risk could not be reached (${messageOf(error)})`);
  }
}

/** There was no answer: the stop stands by this way nowhere. */
class Silence {
  readonly stands = false;
  constructor(readonly text: string) {}
}

const heard = (stop: StopReply): Answer =>
  new Answer(
    true,
    [
      `NATS: risk ${stop.added ? 'has stopped trading' : 'had stopped trading already'}: ${stop.phase}, epoch ${stop.epoch}`,
      `  in Redis: ${stop.redisPersisted ? 'yes' : 'NO'}   durable: ${stop.durable ? 'yes' : 'NO'}   drained: ${stop.drained ? 'yes' : 'not yet'}`,
      `  canceled ${stop.canceledOrders}, remaining ${stop.remainingOrders.length}, in flight ${stop.inFlight}`,
      ...stop.remainingOrders.map(
        (order) => `  still open: ${order.symbol} ${order.clientOrderId}: ${order.reason}`,
      ),
      ...(stop.filledOrders ?? []).map(
        (order) =>
          `  filled before its cancel landed: ${order.symbol} ${order.clientOrderId} ${order.filledQuantity}`,
      ),
      ...stop.unprotectedPositions.map((symbol) => `  unprotected now: ${symbol}`),
    ].join('\n'),
  );

async function setSwitch({ redis: address }: RunningSystem, actor: string, reason: string): Promise<Answer> {
  if (!address) return new Answer(false, 'Redis: not written, its address is unknown; set REDIS_HOST');
  const meta = {
    stopId: randomUUID(),
    actor,
    remoteIp: null,
    reason,
    activatedAtMs: Date.now(),
    state: 'HALTED',
    scope: GLOBAL_SCOPE,
    source: 'halt',
  };
  try {
    const redis = await openRedis(address);
    const { isNew } = await setKillSwitch(redis, meta).finally(() => redis.disconnect());
    return new Answer(
      true,
      `Redis: ${KILL_SWITCH_KEY} ${isNew ? 'is set now' : 'was set already'}; no order is sent any more. drained: not known`,
    );
  } catch (error) {
    return new Answer(false, `Redis: could not be reached (${messageOf(error)})`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
