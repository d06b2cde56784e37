/**
 * Stops everything, once, and tells what became of it. It asks until it is answered: a stop may be asked twice. How far
 * it is comes from the status, which is read beside the request, so that "no order is accepted" is shown when it is so.
 */
import { call, type AnswerOf } from '../../api/api';
import { ApiProblem } from '../../api/api-problem';
import { reasonOf } from '../../api/reason';

type StopStatus = AnswerOf<'/api/v1/emergency_stop/status', 'get'>;

export interface HaltProgress {
  /** What has been reached, with the milliseconds since the press; in the order it was reached. */
  readonly reached: readonly { readonly phase: string; readonly afterMs: number }[];
  /** Orders that rest at the exchange still; null where that is not known. */
  readonly left: number | null;
  /** What stands in the way now; it is asked again. */
  readonly obstacle?: string;
  readonly isOver: boolean;
}

type Tell = (progress: HaltProgress) => void;

const LOOK_MS = 25;
const LOOK_LATER_MS = 500;
const AGAIN_MS = 500;
/** For so long it is looked often: the time in which a person waits for the first answer. */
const EAGER_MS = 3_000;
const FOLLOW_MS = 120_000;
const ENDS = new Set(['VERIFIED_ZERO', 'VERIFIED_FLAT']);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function haltEverything(reason: string, tell: Tell): Promise<void> {
  const beganMs = performance.now();
  let progress: HaltProgress = { reached: [], left: null, isOver: false };
  const become = (change: Partial<HaltProgress>): void => tell((progress = { ...progress, ...change }));
  const reach = (phase: string): void => {
    if (progress.reached.some((one) => one.phase === phase)) return;
    const afterMs = Math.round(performance.now() - beganMs);
    become({ reached: [...progress.reached, { phase, afterMs }], obstacle: undefined });
  };
  become({});
  let isAnswered = false;
  const asked = ask(reason, (obstacle) => become({ obstacle })).then((isStopped) => {
    isAnswered = true;
    if (isStopped) reach('ACCEPTED');
    else become({ isOver: true });
  });
  while (!progress.isOver && performance.now() - beganMs < FOLLOW_MS) {
    const status = await look();
    if (status?.active) {
      reach('ACCEPTED');
      if (status.phase && status.phase !== 'REQUESTED') reach(status.phase);
      become({ left: status.remaining_orders?.length ?? null });
      if (status.phase && ENDS.has(status.phase)) become({ isOver: true, left: 0 });
      if (status.phase === 'INCOMPLETE' && isAnswered) become({ isOver: true });
    }
    await pause(performance.now() - beganMs < EAGER_MS ? LOOK_MS : LOOK_LATER_MS);
  }
  await asked;
}

/** Answers whether a stop is in force; false where the asker has to change something, which `obstacle` says. */
async function ask(reason: string, obstacle: (text: string) => void): Promise<boolean> {
  for (;;) {
    try {
      await call('post', '/api/v1/emergency_stop', { body: { scope: { type: 'global' }, reason } });
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 409) return true;
      obstacle(reasonOf(error));
      const isLasting = error instanceof ApiProblem && error.status >= 400 && error.status < 429;
      if (isLasting) return false;
    }
    await pause(AGAIN_MS);
  }
}

const look = (): Promise<StopStatus | undefined> =>
  call('get', '/api/v1/emergency_stop/status').catch(() => undefined);
