/** What goes wrong in a run: one fault each, aimed at the moment it hurts most, with how it is healed. */
import { journalSubject } from '@elvis/contracts';
import { Replica, Stage } from './stage';

/** What a fault is aimed at: the request, its answer and the news of one kind of order. */
export interface Target {
  readonly name: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** How the request looks on the wire. */
  readonly request: (clientOrderId: string) => RegExp;
  readonly answer: (clientOrderId: string) => RegExp;
  /** How Redis is asked; the send script, where not given. */
  readonly script?: (clientOrderId: string) => RegExp;
  /** Words of `elvis.event.order.` by which the outcome is told. */
  readonly told: readonly string[];
  /** The exchange's user events about it. */
  readonly userEvents: readonly string[];
}

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
  pattern: Where,
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

type Where = (scene: Scene) => RegExp;

const scriptOf =
  ({ script = (id) => new RegExp(`"reservation":"r:${id}"`) }: Target): Where =>
  ({ clientOrderId }) =>
    script(escaped(clientOrderId));

const requestOf =
  ({ request }: Target): Where =>
  ({ clientOrderId }) =>
    request(escaped(clientOrderId));
const answerOf =
  ({ answer }: Target): Where =>
  ({ clientOrderId }) =>
    answer(escaped(clientOrderId));
const eventOf =
  ({ told }: Target): Where =>
  ({ clientOrderId }) =>
    new RegExp(`PUB elvis\\.event\\.order\\.(${told.join('|')})[\\s\\S]*${escaped(clientOrderId)}`);

const injected = (kind: string, rules: (scene: Scene) => readonly object[]): Fault => ({
  name: `exchange: ${kind}`,
  strike: async (scene) => {
    for (const rule of rules(scene)) await scene.stage.admin('POST', '/trouble', { kind, ...rule });
  },
  heal: ({ stage }) => stage.admin('DELETE', '/trouble').then(nothing),
});

const faultAt = ({ method, path }: Target, kind: string, rule: object = {}): Fault =>
  injected(kind, ({ chance }) => [{ method, path, count: 1 + Math.floor(chance() * 2), ...rule }]);

const events = ({ userEvents }: Target, kind: string): Fault =>
  injected(kind, ({ chance }) => {
    // Every trouble draws one number, so that a seed's later numbers do not hang on which it is.
    chance();
    return userEvents.map((event) => ({ event, count: 4, delayMs: 700 }));
  });

const startOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** A plain order of futures. */
export const PLAIN: Target = {
  name: 'plain',
  method: 'POST',
  path: '/fapi/v1/order',
  request: (id) => new RegExp(`POST /fapi/v1/order\\?.*${id}`),
  answer: (id) => new RegExp(`"clientOrderId":"${id}"`),
  told: ['placed', 'filled', 'rejected', 'expired'],
  userEvents: ['ORDER_TRADE_UPDATE'],
};

/** The list, in the order that the seeds' numbers refer to. */
export const faultsOn = (target: Target): readonly Fault[] => [
  killAt('killed before the intent', 'nats', journalOf, 'caller', 'before'),
  killAt('killed after the intent', 'nats', journalOf, 'caller', 'after'),
  killAt('killed before the script', 'redis', scriptOf(target), 'caller', 'before'),
  killAt('killed after the script was asked', 'redis', scriptOf(target), 'caller', 'after'),
  killAt('killed before the order leaves', 'exchange', requestOf(target), 'caller', 'before'),
  killAt('killed after the order left', 'exchange', requestOf(target), 'caller', 'after'),
  killAt('killed before the answer', 'exchange', answerOf(target), 'server', 'before'),
  killAt('killed after the answer', 'exchange', answerOf(target), 'server', 'after'),
  killAt('killed before the event', 'nats', eventOf(target), 'caller', 'before'),
  killAt('killed after the event', 'nats', eventOf(target), 'caller', 'after'),
  {
    name: 'asleep across sendBy',
    strike: ({ stage, ...scene }) => {
      for (const replica of stage.replicas) {
        const spring = (): void => void replica.process.kill('SIGSTOP');
        replica.redis.set({
          from: 'caller',
          pattern: scriptOf(target)({ stage, ...scene }),
          when: 'after',
          spring,
        });
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
  faultAt(target, 'unknown-error'),
  faultAt(target, 'drop-before'),
  faultAt(target, 'drop-after'),
  faultAt(target, 'truncate'),
  faultAt(target, 'backend-timeout'),
  faultAt(target, 'gateway-timeout'),
  faultAt(target, 'unexpected-response'),
  faultAt(target, 'service-unavailable'),
  faultAt(target, 'overloaded'),
  faultAt(target, 'slow-answer', { delayMs: 1_200 }),
  faultAt(target, 'slow-execution', { delayMs: 800 }),
  {
    ...faultAt(target, 'unknown-error', {
      path: `${startOf(target.path)}*`,
      method: undefined,
      probability: 0.3,
      count: 12,
    }),
    name: 'a storm of 503',
  },
  events(target, 'event-lost'),
  events(target, 'event-twice'),
  events(target, 'event-late'),
  events(target, 'event-swapped'),
  {
    name: 'the exchange shows orders late',
    strike: ({ stage }) => stage.admin('POST', '/settings', { visibilityDelayMs: 600 }).then(nothing),
    heal: ({ stage }) => stage.admin('POST', '/settings', { visibilityDelayMs: 0 }).then(nothing),
  },
];

/** One line of the journal's relay: its batch is published, and the consumer does not know it yet, or knows it just now. */
const ACKNOWLEDGEMENT: Where = () => /PUB \$JS\.ACK\.ELVIS_ORDERS\.EVENT_RELAY/;
const decisionOf: Where = ({ clientOrderId }) =>
  new RegExp(`PUB elvis\\.event\\.risk\\.approved[\\s\\S]*${escaped(clientOrderId)}`);

/** Between the writes that only a plain order's run has: of the relay, and of an order that is withdrawn. */
const RELAY_FAULTS: readonly Fault[] = [
  killAt('killed before the decision is published', 'nats', decisionOf, 'caller', 'before'),
  killAt('killed after the decision is published', 'nats', decisionOf, 'caller', 'after'),
  killAt("killed before the relay's acknowledgement", 'nats', ACKNOWLEDGEMENT, 'caller', 'before'),
  killAt("killed after the relay's acknowledgement", 'nats', ACKNOWLEDGEMENT, 'caller', 'after'),
  {
    name: 'refused by the send script, killed before the release is published',
    strike: async (scene) => {
      scene.stage.isPermitHeld = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
      const released = new RegExp(
        `PUB elvis\\.event\\.order\\.released[\\s\\S]*${escaped(scene.clientOrderId)}`,
      );
      for (const replica of scene.stage.replicas)
        replica.nats.set({ from: 'caller', pattern: released, when: 'before', spring: () => kill(replica) });
    },
    heal: async (scene) => {
      scene.stage.isPermitHeld = false;
      await revive(scene);
    },
  },
];

export const FAULTS: readonly Fault[] = [...faultsOn(PLAIN), ...RELAY_FAULTS];
