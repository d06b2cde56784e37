/** What is told of bots, research, queues and alerts as it happens: lossy, each replaced by the next of its key. */
import {
  AlertView,
  BotStateView,
  BotStepDone,
  ResearchProgress,
  WorkQueueView,
  alertFeed,
  botStateFeed,
  botStepFeed,
  researchFeed,
  workFeed,
} from '@elvis/contracts';
import { JSONCodec, NatsConnection } from 'nats';
import { Topic } from './topics';

type Tell = (topic: Topic, type: string, data: unknown, key?: string, owner?: string) => void;

export function subscribeToFeeds(connection: NatsConnection, tell: Tell): void {
  const on = <Payload>({ prefix }: { readonly prefix: string }, hear: (payload: Payload) => void): void => {
    const codec = JSONCodec<Payload>();
    connection.subscribe(`${prefix}.>`, {
      callback: (error, message) => {
        if (error) return;
        try {
          hear(codec.decode(message.data));
        } catch {
          // No JSON: what comes next replaces it.
        }
      },
    });
  };
  on<BotStateView>(botStateFeed, (state) =>
    tell('bots', 'elvis.live.bot-state', state, `bot:${state.botConfigId}`, state.owner),
  );
  on<BotStepDone>(botStepFeed, (step) =>
    tell(`bot-steps:${step.botConfigId}`, 'elvis.live.bot-step', step, undefined, step.owner),
  );
  on<ResearchProgress>(researchFeed, (job) =>
    tell('research', 'elvis.live.research', job, `research:${job.id}`, job.owner),
  );
  on<AlertView>(alertFeed, (alert) => tell('alerts', 'elvis.live.alert', alert, `alert:${alert.id}`));
  on<WorkQueueView>(workFeed, (queue) => tell('work', 'elvis.live.work', queue, `work:${queue.queue}`));
}
