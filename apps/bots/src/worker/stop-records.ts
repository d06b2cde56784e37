/** How a stop ends, or goes on. */
import { BotStanding, DueStep } from '@elvis/contracts';
import { BotWrite } from '../journal/bot-journal';
import { faulted, stateChanged, stepDue } from '../journal/changes';
import { StopVerdict } from './stop-proof';

/** So often a stop is tried before a person has to look. */
const MOST_ATTEMPTS = 10;

/** Undefined where this stop has ended already. */
export function stopConcluded(
  standing: BotStanding,
  due: DueStep,
  { isReached, remainder }: StopVerdict,
  atMs: number,
): BotWrite | undefined {
  const { stop } = due;
  if (standing.state !== 'STOPPING' || !stop || standing.stop?.stopId !== stop.stopId) return undefined;
  if (!isReached) return stopAgain(standing, atMs, remainder.why);
  const ended = { ...stop, remainder };
  const isClear = remainder.orders.length === 0 && Number(remainder.position) === 0;
  const reason = isClear
    ? 'stopped: the exchange lists nothing of it'
    : `stopped by ${stop.mode}: ${remainder.orders.length} orders and a position of ${remainder.position} stay`;
  return stateChanged(
    standing,
    { state: 'STOPPED', causes: [], due: [], pending: null, stop: ended },
    { reason, actor: 'system', atMs, stop: ended },
  );
}

/** What the exchange still lists is taken away by one step more, under ids of its own. */
export function stopAgain(
  standing: BotStanding,
  atMs: number,
  why = 'its step was lost',
): BotWrite | undefined {
  const { stop, stopAttempts } = standing;
  if (standing.state !== 'STOPPING' || !stop || standing.due.length > 0) return undefined;
  if (stopAttempts >= MOST_ATTEMPTS)
    return faulted(standing, {
      code: 'STOP_NOT_PROVEN',
      message: `The stop was tried ${stopAttempts} times and is not proven: ${why}. Look at the exchange, then acknowledge the fault`,
      atMs,
    });
  const cause = { cause: 'stop', causeId: `${stop.stopId}:${stopAttempts + 1}`, stop } as const;
  const write = stepDue(standing, { ...cause, dueAtMs: atMs, decideByMs: atMs });
  return { ...write, standing: { ...write.standing, stopAttempts: stopAttempts + 1 } };
}
