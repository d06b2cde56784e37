/** What goes wrong in a run: one fault each, aimed at the moment it hurts most, with how it is healed. */
import { journalSubject } from '@elvis/contracts';
import { Replica, Stage } from './stage';

export interface Scene {
  readonly stage: Stage;
  /** Between 0 and 1, from the run's seed. */
  readonly chance: () => number;
  /** The order the fault is aimed at. */
  readonly clientOrderId: string;
}

export interface Fault {
  readonly name: string;
  /** Sets it; called before the order is sent. */
  readonly strike: (scene: Scene) => Promise<void> | void;
  /** What an operator, or Kubernetes, would do about it after a moment. */
  readonly heal: (scene: Scene) => Promise<void> | void;
}

const nothing = (): void => undefined;
const kill = (replica: Replica): void => void replica.process.kill('SIGKILL');
const later = (ms: number, work: () => void): void => void setTimeout(work, ms);

async function revive({ stage }: Scene): Promise<void> {
  for (const replica of stage.replicas) {
    replica.redis.clear();
    replica.nats.clear();
    replica.exchange.clear();
    stage.revive(replica);
  }
  await Promise.all(stage.replicas.map((replica) => stage.ready(replica)));
}

/** Kills whichever replica is the first to say these words on that wire. */
const killAt = (
  name: string,
  wire: 'redis' | 'nats' | 'exchange',
  pattern: (scene: Scene) => RegExp,
  from: 'caller' | 'server',
  when: 'before' | 'after',
): Fault => ({
  name,
  strike: (scene) => {
    for (const replica of scene.stage.replicas) {
      replica[wire].set({ from, pattern: pattern(scene), when, spring: () => kill(replica) });
    }
  },
  heal: revive,
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const journalOf = ({ clientOrderId }: Scene): RegExp =>
  new RegExp(`PUB ${escaped(journalSubject(clientOrderId))}`);
const placing = ({ clientOrderId }: Scene): RegExp =>
  new RegExp(`POST /fapi/v1/order\\?.*${escaped(encodeURIComponent(clientOrderId))}`);
const answerOf = ({ clientOrderId }: Scene): RegExp =>
  new RegExp(`"clientOrderId":"${escaped(clientOrderId)}"`);
const scriptOf = ({ clientOrderId }: Scene): RegExp =>
  new RegExp(`"reservation":"r:${escaped(clientOrderId)}"`);
const eventOf = ({ clientOrderId }: Scene): RegExp =>
  new RegExp(
    `PUB elvis\\.event\\.order\\.(placed|filled|rejected|expired)[\\s\\S]*${escaped(clientOrderId)}`,
  );

const trouble = (kind: string, rule: object = {}): Fault => ({
  name: `exchange: ${kind}`,
  strike: ({ stage, chance }) =>
    stage
      .admin('POST', '/trouble', {
        kind,
        method: 'POST',
        path: '/fapi/v1/order',
        count: 1 + Math.floor(chance() * 2),
        ...rule,
      })
      .then(nothing),
  heal: ({ stage }) => stage.admin('DELETE', '/trouble').then(nothing),
});

const events = (kind: string): Fault =>
  trouble(kind, { method: undefined, path: undefined, event: 'ORDER_TRADE_UPDATE', count: 4, delayMs: 700 });

export const FAULTS: readonly Fault[] = [
  killAt('killed before the intent', 'nats', journalOf, 'caller', 'before'),
  killAt('killed after the intent', 'nats', journalOf, 'caller', 'after'),
  killAt('killed before the script', 'redis', scriptOf, 'caller', 'before'),
  killAt('killed after the script was asked', 'redis', scriptOf, 'caller', 'after'),
  killAt('killed before the order leaves', 'exchange', placing, 'caller', 'before'),
  killAt('killed after the order left', 'exchange', placing, 'caller', 'after'),
  killAt('killed before the answer', 'exchange', answerOf, 'server', 'before'),
  killAt('killed after the answer', 'exchange', answerOf, 'server', 'after'),
  killAt('killed before the event', 'nats', eventOf, 'caller', 'before'),
  killAt('killed after the event', 'nats', eventOf, 'caller', 'after'),
  {
    name: 'asleep across sendBy',
    strike: ({ stage, ...scene }) => {
      for (const replica of stage.replicas) {
        const spring = (): void => void replica.process.kill('SIGSTOP');
        replica.redis.set({ from: 'caller', pattern: scriptOf({ stage, ...scene }), when: 'after', spring });
      }
    },
    heal: ({ stage }) => {
      for (const replica of stage.replicas) {
        replica.redis.clear();
        replica.process.kill('SIGCONT');
      }
    },
  },
  {
    name: 'NATS cut off from one replica',
    strike: ({ stage, chance }) =>
      later(chance() * 50, () => stage.replicas[Math.floor(chance() * stage.replicas.length)]?.nats.cut()),
    heal: ({ stage }) => stage.replicas.forEach(({ nats }) => nats.mend()),
  },
  {
    name: 'Redis cut off from one replica',
    strike: ({ stage, chance }) =>
      later(chance() * 50, () => stage.replicas[Math.floor(chance() * stage.replicas.length)]?.redis.cut()),
    heal: ({ stage }) => stage.replicas.forEach(({ redis }) => redis.mend()),
  },
  {
    name: 'the exchange cut off in the middle',
    strike: ({ stage, chance }) =>
      later(chance() * 30, () => stage.replicas.forEach(({ exchange }) => exchange.cut())),
    heal: ({ stage }) => stage.replicas.forEach(({ exchange }) => exchange.mend()),
  },
  {
    name: 'Redis emptied',
    strike: ({ stage, chance }) => later(chance() * 50, () => void stage.emptyRedis()),
    heal: nothing,
  },
  {
    name: 'NATS restarted',
    strike: async ({ stage }) => {
      await stage.nats.stop();
      await stage.startNats();
    },
    heal: nothing,
  },
  {
    name: 'the user stream dropped',
    strike: ({ stage, chance }) =>
      later(chance() * 40, () => void stage.admin('POST', '/streams/disconnect', { which: 'user' })),
    heal: nothing,
  },
  trouble('unknown-error'),
  trouble('drop-before'),
  trouble('drop-after'),
  trouble('truncate'),
  trouble('backend-timeout'),
  trouble('gateway-timeout'),
  trouble('unexpected-response'),
  trouble('service-unavailable'),
  trouble('overloaded'),
  trouble('slow-answer', { delayMs: 1_200 }),
  trouble('slow-execution', { delayMs: 800 }),
  {
    ...trouble('unknown-error', { path: '/fapi/v1/*', method: undefined, probability: 0.3, count: 12 }),
    name: 'a storm of 503',
  },
  events('event-lost'),
  events('event-twice'),
  events('event-late'),
  events('event-swapped'),
  {
    name: 'the exchange shows orders late',
    strike: ({ stage }) => stage.admin('POST', '/settings', { visibilityDelayMs: 600 }).then(nothing),
    heal: ({ stage }) => stage.admin('POST', '/settings', { visibilityDelayMs: 0 }).then(nothing),
  },
];
