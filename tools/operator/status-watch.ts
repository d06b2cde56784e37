/** `npm run status -- --watch`: the glance again and again, in place on a terminal, else one after the other. */
import { setTimeout as pause } from 'node:timers/promises';
import { BotsAnswer, OverviewAnswer, glance } from './status-glance';

const EVERY_MS = 2_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

interface Watched {
  readonly gatewayUrl: string;
  readonly apiKey: string;
}

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Ends when `ended` is aborted. A gateway that does not answer is said, and asked again. */
export async function watchStatus(watched: Watched, screen: Screen, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const text = await look(watched, ended);
    if (ended.aborted) return;
    screen.write(screen.isTTY ? `${HOME_AND_CLEAR}${text}\n` : `${text}\n\n`);
    await pause(EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function look(watched: Watched, ended: AbortSignal): Promise<string> {
  const bots = ask<BotsAnswer>(watched, '/api/v1/bot-states', ended).catch(() => undefined);
  try {
    return glance(await ask<OverviewAnswer>(watched, '/api/v1/overview', ended), await bots);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The gateway at ${watched.gatewayUrl} gave no overview: ${reason}. It is asked again`;
  }
}

async function ask<Answer>(
  { gatewayUrl, apiKey }: Watched,
  path: string,
  ended: AbortSignal,
): Promise<Answer> {
  const answer = await fetch(`${gatewayUrl}${path}`, {
    headers: { 'x-api-key': apiKey },
    signal: AbortSignal.any([ended, AbortSignal.timeout(5_000)]),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return (await answer.json()) as Answer;
}
