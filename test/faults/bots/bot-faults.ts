/** What goes wrong in a run of bots: a process at each of its writes, a part of the system, the exchange's answers. */
import {
  BOT_WORKERS_CONSUMER,
  WORK_STREAM,
  botSubject,
  botWorkSubject,
  cancelOrder,
  submitBotOrder,
} from '@elvis/contracts';
import { Trap } from '../tap';
import { BotSystem, HARMS, Harm, PARTS, Part } from './bot-system';

/** What the bot is doing then: it opens a position, closes it by a signal, or is stopped and flattens it. */
type Phase = 'entry' | 'exit' | 'stop';

export interface BotFault {
  readonly name: string;
  readonly phase: Phase;
  /** Sets it up; the answer says when it has struck, and resolves when it is over. */
  readonly plant: (system: BotSystem) => Promise<Planted> | Planted;
}

export interface Planted {
  hasStruck(): boolean;
  /** Ends it. */
  readonly heal: () => Promise<unknown>;
}

interface Write {
  readonly phase: Phase;
  readonly name: string;
  readonly from?: Trap['from'];
  readonly words: (system: BotSystem) => RegExp;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A record of this type; of a step, by what caused it. */
const record =
  (type: string, rest = '') =>
  ({ bot }: BotSystem): RegExp =>
    new RegExp(`PUB ${escaped(botSubject(bot.id))} [\\s\\S]{0,400}"type":"${type}"${rest}`);
const caused = (cause: string): string => `[\\s\\S]{0,200}"cause":"${cause}"`;
const order =
  (suffix: string) =>
  ({ bot }: BotSystem): RegExp =>
    new RegExp(
      `PUB ${escaped(submitBotOrder.subject)} [\\s\\S]*"b\\.${bot.shortCode}\\.[0-9a-z]+\\.[0-9a-z]+\\.[0-9a-z]+${suffix}"`,
    );
const said = (subject: string) => (): RegExp => new RegExp(`PUB ${escaped(subject)}`);
const answered = (): RegExp => /MSG (?!elvis\.)[^\r\n]*\r\n[^\r\n]{0,200}"response":\{"order":/;

const WRITES: readonly Write[] = [
  { phase: 'entry', name: 'the due step', words: record('STEP_DUE', caused('signal')) },
  { phase: 'entry', name: 'the token', words: ({ bot }) => said(botWorkSubject(bot.id))() },
  { phase: 'entry', name: 'the intents', words: record('INTENTS', caused('signal')) },
  { phase: 'entry', name: 'the order', words: order('') },
  { phase: 'entry', name: "the order's answer", from: 'server', words: answered },
  { phase: 'entry', name: 'the commit', words: record('COMMIT', caused('signal')) },
  {
    phase: 'entry',
    name: "the token's acknowledgement",
    words: said(`$JS.ACK.${WORK_STREAM}.${BOT_WORKERS_CONSUMER}`),
  },
  { phase: 'entry', name: 'the fill', words: record('FACT') },
  { phase: 'entry', name: 'the intents of protections', words: record('INTENTS', caused('protection')) },
  { phase: 'entry', name: 'the stop', words: order('\\.s') },
  { phase: 'entry', name: 'the target', words: order('\\.t') },
  { phase: 'entry', name: 'the commit of protections', words: record('COMMIT', caused('protection')) },
  { phase: 'exit', name: 'the due exit', words: record('STEP_DUE', caused('signal')) },
  { phase: 'exit', name: 'the intents of the exit', words: record('INTENTS', caused('signal')) },
  { phase: 'exit', name: 'the exit', words: order('') },
  { phase: 'exit', name: 'the commit of the exit', words: record('COMMIT', caused('signal')) },
  { phase: 'exit', name: 'the fill of the exit', words: record('FACT') },
  { phase: 'exit', name: 'the cancel of a protection', words: said(cancelOrder.subject) },
  { phase: 'stop', name: 'the wish to stop', words: record('STATE', '[\\s\\S]{0,100}"state":"STOPPING"') },
  { phase: 'stop', name: 'the intents of the stop', words: record('INTENTS', caused('stop')) },
  { phase: 'stop', name: 'the order of the stop', words: order('') },
  { phase: 'stop', name: 'the cancel of the stop', words: said(cancelOrder.subject) },
  { phase: 'stop', name: 'the commit of the stop', words: record('COMMIT', caused('stop')) },
  { phase: 'stop', name: 'the end of the stop', words: record('STATE', '[\\s\\S]{0,100}"state":"STOPPED"') },
];

const atWrites = WRITES.flatMap((write) =>
  (['before', 'after'] as const).flatMap((when) =>
    HARMS.map((how): BotFault => {
      const { phase, name, from = 'caller', words } = write;
      return {
        name: `bots ${how} ${when} ${name}`,
        phase,
        plant: (system) => atWords(system, { from, pattern: words(system) }, when, how),
      };
    }),
  ),
);

/** The process of bots that says these words, or hears them. */
function atWords(
  system: BotSystem,
  heard: Pick<Trap, 'from' | 'pattern'>,
  when: 'before' | 'after',
  how: Harm,
): Planted {
  let over: Promise<unknown> | undefined;
  const tap = system.parts.taps.nats;
  tap.set({
    ...heard,
    // Words of a process that is frozen before they are sent come when it goes on.
    when: how === 'frozen' && when === 'before' ? 'meanwhile' : when,
    isBy: (port) => system.isOfBots(port),
    spring: (port) => {
      const pid = system.holder(port);
      const harm = pid === undefined ? Promise.resolve() : system.harmProcesses([pid], how);
      over = harm;
      return how === 'frozen' ? harm : undefined;
    },
  });
  return {
    hasStruck: () => over !== undefined,
    heal: async () => {
      tap.clear();
      await over;
    },
  };
}

/** A part, at the moment an order is on its way. */
const ofParts = PARTS.flatMap((part) =>
  HARMS.flatMap((how) =>
    (['entry', 'exit'] as const).flatMap((phase) =>
      (phase === 'entry' ? (['order', 'stop'] as const) : (['order'] as const)).map((moment): BotFault => ({
        name: `${part} ${how} when the ${moment} of the ${phase} is sent`,
        phase,
        plant: (system) => ofPart(system, part, how, order(moment === 'stop' ? '\\.s' : '')(system)),
      })),
    ),
  ),
);

function ofPart(system: BotSystem, part: Part, how: Harm, pattern: RegExp): Planted {
  let over: Promise<unknown> | undefined;
  const tap = system.parts.taps.nats;
  tap.set({
    from: 'caller',
    pattern,
    when: 'after',
    isBy: (port) => system.isOfBots(port),
    spring: () => void (over = system.harm(part, how)),
  });
  return {
    hasStruck: () => over !== undefined,
    heal: async () => {
      tap.clear();
      await over;
    },
  };
}

interface Target {
  readonly phase: Phase;
  readonly name: string;
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
}

const TARGETS: readonly Target[] = [
  { phase: 'entry', name: 'the entry', method: 'POST', path: '/fapi/v1/order' },
  { phase: 'entry', name: 'a protection', method: 'POST', path: '/fapi/v1/algoOrder' },
  { phase: 'exit', name: 'the exit', method: 'POST', path: '/fapi/v1/order' },
  { phase: 'stop', name: 'the cancel of a protection', method: 'DELETE', path: '/fapi/v1/algoOrder' },
];
const ANSWERS: readonly (readonly [kind: string, rule: object])[] = [
  ['drop-before', { count: 1 }],
  ['drop-after', { count: 1 }],
  ['truncate', { count: 1 }],
  ['unknown-error', { count: 2 }],
  ['backend-timeout', { count: 1 }],
  ['service-unavailable', { count: 2 }],
  ['overloaded', { count: 2 }],
  ['too-many-requests', { count: 1 }],
  ['slow-answer', { count: 1, delayMs: 1_500 }],
];
const USER_EVENTS = ['event-lost', 'event-twice', 'event-late', 'event-swapped'] as const;

const atTheExchange: readonly BotFault[] = [
  ...TARGETS.flatMap(({ phase, name, method, path }) =>
    ANSWERS.map(([kind, rule]): BotFault => ({
      name: `exchange: ${kind} for ${name}`,
      phase,
      plant: (system) => disturb(system, { kind, method, path, ...rule }),
    })),
  ),
  ...USER_EVENTS.flatMap((kind) =>
    (['entry', 'exit'] as const).map((phase): BotFault => ({
      name: `exchange: ${kind} in the ${phase}`,
      phase,
      plant: (system) => disturb(system, { kind, count: 4, delayMs: 700 }),
    })),
  ),
];

async function disturb({ parts }: BotSystem, rule: object): Promise<Planted> {
  await parts.admin('POST', '/trouble', rule);
  return { hasStruck: () => true, heal: () => parts.admin('DELETE', '/trouble') };
}

/** In the order that the seeds' numbers refer to. */
export const BOT_FAULTS: readonly BotFault[] = [...atWrites, ...ofParts, ...atTheExchange];
