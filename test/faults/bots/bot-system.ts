/** A whole running Elvis with one bot that trades on signals, whose every part can be killed, frozen and cut off. */
import {
  BotConfigView,
  BotStanding,
  WORK_STREAM,
  acknowledgeBotFault,
  botWorkSubject,
  resumeBot,
  startBot,
  stopBot,
} from '@elvis/contracts';
import { Bus, connectNats } from '@elvis/platform';
import { holderOf, until } from '@elvis/testing';
import { NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { BotEntry, BotJournal } from '../../../apps/bots/src/journal/bot-journal';
import { PartsSystem } from '../parts/parts-system';

/** What can be harmed. `supervisor` is the process of bots that holds that role, the others all replicas of a service. */
export const PARTS = [
  'supervisor',
  'risk',
  'execution',
  'trade-history',
  'market-data',
  'nats',
  'redis',
] as const;
export type Part = (typeof PARTS)[number];
export const HARMS = ['killed', 'frozen', 'cut off'] as const;
export type Harm = (typeof HARMS)[number];

/** Longer than what a dead worker held waits to be delivered again. */
const FREEZE_MS = 3_500;
const CUT_MS = 2_000;
const DOWN_MS = 500;
const PATIENCE_MS = 120_000;
const BY = { actor: 'user:faults' };

export class BotSystem {
  readonly bus: Bus;
  readonly journal: BotJournal;
  bot!: BotConfigView;
  /** What earlier runs left in the books, and was told of them. */
  readonly told = new Set<string>();
  /** What the bot wrote down in the last run. */
  trail = '';

  private constructor(
    readonly parts: PartsSystem,
    private readonly nats: NatsConnection,
  ) {
    this.bus = new Bus(nats);
    this.journal = new BotJournal(nats);
  }

  static async start(): Promise<BotSystem> {
    const parts = await PartsSystem.start({
      replicas: { bots: 2, execution: 2, risk: 2 },
      env: { BOT_DECIDE_WITHIN_MS: '600000' },
    });
    const nats = await connectNats(parts.servers.natsUrl, 'faults');
    const system = new BotSystem(parts, nats);
    const { status, body } = await parts.call('POST', '/api/v1/bot-configs', {
      name: 'faults',
      strategy: 'signal',
      symbol: 'BTCUSDT',
      interval: '1m',
      initialCapital: '5000',
      parameters: { stop: '0.05', target: '0.2' },
    });
    if (status !== 201) throw new Error(`The bot was not made: ${status} ${JSON.stringify(body)}`);
    system.bot = body as BotConfigView;
    return system;
  }

  async standing(): Promise<BotStanding> {
    return (await this.last()).standing;
  }

  async last(): Promise<BotEntry> {
    const entry = await this.journal.last(this.bot.id);
    if (!entry) throw new Error('The bot was never started');
    return entry;
  }

  /** Everything runs, and the bot with it, flat and with nothing under way. */
  async prepare(): Promise<void> {
    await this.parts.healed();
    await until(
      async () => {
        const entry = await this.journal.last(this.bot.id);
        const state = entry?.standing.state ?? 'STOPPED';
        const of = { botId: this.bot.id, ...BY };
        if (state === 'RUNNING') return this.isQuiet();
        if (state === 'STOPPED') await this.bus.request(startBot, { ...of, revision: 1 });
        if (state === 'PAUSED') await this.bus.request(resumeBot, of);
        if (state === 'FAULTED') {
          await this.bus.request(acknowledgeBotFault, { ...of, note: 'the next run' });
          await this.bus.request(startBot, { ...of, revision: 1 });
        }
        return false;
      },
      'the bot runs, and nothing of it is under way',
      PATIENCE_MS,
    );
  }

  /** After a run that went wrong: nothing is held for the next. */
  async flatten(): Promise<void> {
    await this.parts.healed();
    await this.bus
      .request(stopBot, { botId: this.bot.id, mode: 'flatten', reason: 'the next run', ...BY })
      .catch(() => undefined);
  }

  /** Every due step is committed, and no token stands. */
  async isQuiet(): Promise<boolean> {
    const { due, pending } = await this.standing();
    return due.length === 0 && pending === null && !(await this.hasToken());
  }

  async hasToken(): Promise<boolean> {
    const manager = await this.nats.jetstreamManager();
    const subjects_filter = botWorkSubject(this.bot.id);
    const { state } = await manager.streams.info(WORK_STREAM, { subjects_filter });
    return Object.keys(state.subjects ?? {}).length > 0;
  }

  /** Pids of a service's replicas. */
  pidsOf(name: string): readonly number[] {
    return this.parts.stand.pids(name);
  }

  isOfBots(port: number): boolean {
    return this.holder(port) !== undefined;
  }

  /** The process of bots whose end of a connection this is. */
  holder(port: number): number | undefined {
    return holderOf(
      port,
      this.pidsOf('bots').map((pid) => ({ pid })),
    )?.pid;
  }

  /** Done to a part, until it is over; who was killed is started again by the launcher. */
  async harm(part: Part, how: Harm): Promise<void> {
    if (part !== 'nats' && part !== 'redis') return this.harmProcesses(await this.processesOf(part), how);
    if (how === 'killed') return this.parts.servers.crash(part, DOWN_MS);
    if (how === 'frozen') return this.freeze([this.parts.servers.pidOf(part)]);
    this.parts.taps[part].cut();
    await pause(CUT_MS);
    this.parts.taps[part].mend();
  }

  async harmProcesses(pids: readonly number[], how: Harm): Promise<void> {
    const { stand, taps } = this.parts;
    if (how === 'killed') return void pids.forEach((pid) => stand.signal(pid, 'SIGKILL'));
    if (how === 'frozen') return this.freeze(pids);
    const isMeant = (port: number): boolean =>
      holderOf(
        port,
        pids.map((pid) => ({ pid })),
      ) !== undefined;
    for (const tap of Object.values(taps)) tap.cut(isMeant);
    await pause(CUT_MS);
    for (const tap of Object.values(taps)) tap.mend();
  }

  async close(): Promise<void> {
    await this.nats.close();
    await this.parts.close();
  }

  private async freeze(pids: readonly number[]): Promise<void> {
    const { stand } = this.parts;
    for (const pid of pids) stand.signal(pid, 'SIGSTOP');
    await pause(FREEZE_MS);
    for (const pid of pids) stand.signal(pid, 'SIGCONT');
  }

  private async processesOf(part: Exclude<Part, 'nats' | 'redis'>): Promise<readonly number[]> {
    if (part !== 'supervisor') return this.pidsOf(part);
    const holder = await this.parts.store.get('ELVIS_ROLE:bots-supervisor');
    const { services } = this.parts.stand.stack;
    const isIt = ({ name, replica }: (typeof services)[number]): boolean =>
      name === 'bots' && holder?.startsWith(`${replica}-`) === true;
    return services.filter(isIt).map(({ pid }) => pid);
  }
}
