/** The work queue of bots: the service's own wake-ups and the service's own loop, with steps that do nothing. */
import { Metrics, connectNats, createLog } from '@elvis/platform';
import { startNats } from '@elvis/testing';
import { BotsConfig } from '../../apps/bots/src/bots.config';
import { BotJournal } from '../../apps/bots/src/journal/bot-journal';
import { BotSteps } from '../../apps/bots/src/worker/bot-steps';
import { StepConsequences } from '../../apps/bots/src/worker/step-consequences';
import { WorkMonitor } from '../../apps/bots/src/worker/work-monitor';
import { WorkQueue } from '../../apps/bots/src/worker/work-queue';
import { Workers } from '../../apps/bots/src/worker/workers';
import { Contender, Lane } from './contender';

export async function openElvis(): Promise<Contender> {
  const nats = await startNats();
  const [waking, working] = await Promise.all([
    connectNats(nats.urls.bots, 'bots'),
    connectNats(nats.urls.bots, 'bots'),
  ]);
  const queue = new WorkQueue(waking);
  let workers: Workers | undefined;
  return {
    work: (count) => {
      const lane: Lane = { add: (id) => queue.wake(id), onDone: () => undefined };
      const config = Object.assign(new BotsConfig(), { BOTS_ROLE: ['worker'], BOTS_AT_ONCE: count });
      const nothing = { takeAll: () => Promise.resolve() } as unknown as BotSteps;
      workers = new Workers(
        nothing,
        {} as StepConsequences,
        new Told(working, (id) => lane.onDone(id)),
        new WorkQueue(working),
        new WorkMonitor(working, new Metrics()),
        config,
        working,
        createLog('bots', 0, 'warn'),
      );
      workers.onApplicationBootstrap();
      return Promise.resolve(lane);
    },
    close: async () => {
      workers?.onModuleDestroy();
      await workers?.beforeApplicationShutdown();
      await Promise.all([waking.close(), working.close()]);
      await nats.stop();
    },
  };
}

/** It is read after each acknowledgement. */
class Told extends BotJournal {
  constructor(
    connection: ConstructorParameters<typeof BotJournal>[0],
    private readonly acknowledged: (id: string) => void,
  ) {
    super(connection);
  }

  override last(botId: string): ReturnType<BotJournal['last']> {
    this.acknowledged(botId);
    return super.last(botId);
  }
}
