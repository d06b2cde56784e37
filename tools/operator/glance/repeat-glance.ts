/** `npm run status -- --watch`: the glance again and again, in place on a terminal, else one after the other. */
import { setTimeout as pause } from 'node:timers/promises';
import { BotsAnswer, OverviewAnswer, glance } from './glance';

const EVERY_MS = 2_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

interface AskedSystem {
  readonly gatewayUrl: string;
  readonly apiKey: string;
}

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Ends when `ended` is aborted. A gateway that does not answer is said, and asked again. */
export async function repeatGlance(system: AskedSystem, screen: Screen, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const text = await look(system, ended);
    if (ended.aborted) return;
    screen.write(screen.isTTY ? `${HOME_AND_CLEAR}${text}\n` : `${text}\n\n`);
    await pause(EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function look(system: AskedSystem, ended: AbortSignal): Promise<string> {
  const bots = ask<BotsAnswer>(system, '/api/v1/bot-states', ended).catch(() => undefined);
  try {
    return glance(await ask<OverviewAnswer>(system, '/api/v1/overview', ended), await bots);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The gateway at ${system.gatewayUrl} gave no overview: ${reason}. It is asked again`;
  }
}

async function ask<Answer>(
  { gatewayUrl, apiKey }: AskedSystem,
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
