/**
 * `npm run load:first-bot [-- --speed 60]`: carries out the first block of docs/bots.md on a system that has just been started,
 * and says how long it takes until the bot is WARMING or RUNNING with the reason of its last step (goal: 60 s), and until its
 * first order is at the exchange (goal, at speed 60: 120 s). Exits 1 where a goal was missed or the wait was given up.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { RunningStack, projectRoot, startStack } from '@elvis/testing';

const AGAIN_MS = 250;
const STARTS_WITHIN_S = 60;
const ORDERS_WITHIN_S = 120;
const GIVE_UP_S = 600;

interface State {
  readonly botConfigId: string;
  readonly status: string;
  readonly reason: string;
  readonly fault: { readonly message: string } | null;
  readonly lastStep: { readonly cause: string; readonly reasons: readonly string[] } | null;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { speed: { type: 'string', default: '60' } } });
  const running = await startStack({ env: { PAPER_SPEED: values.speed } });
  try {
    return await follow(running);
  } finally {
    await running.stop();
  }
}

async function follow({ stack }: RunningStack): Promise<boolean> {
  const { gatewayUrl, apiKey } = stack;
  const page = readFileSync(join(projectRoot(), 'docs', 'bots.md'), 'utf8');
  const [, commands = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const beganAt = performance.now();
  const secondsSince = (): number => (performance.now() - beganAt) / 1_000;
  const env = { ...process.env, URL: gatewayUrl, API_KEY: apiKey };
  const { stdout } = await promisify(execFile)('bash', ['-ec', commands], { env });
  console.log(`Carried out in ${secondsSince().toFixed(1)} s: ${stdout.slice(0, 200)}`);
  const get = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(`${gatewayUrl}/api/v1/${path}`, { headers: { 'X-API-Key': apiKey } });
    return (await answer.json()) as Body;
  };
  const first = async (what: string, look: () => Promise<string | undefined>): Promise<number> => {
    for (;;) {
      const found = await look();
      const seconds = secondsSince();
      if (found !== undefined) {
        console.log(`${what} after ${seconds.toFixed(1)} s: ${found}`);
        return seconds;
      }
      if (seconds > GIVE_UP_S) throw new Error(`${what}: given up after ${GIVE_UP_S} s`);
      await pause(AGAIN_MS);
    }
  };
  const state = async (): Promise<State> => {
    const { items } = await get<{ items: readonly State[] }>('bot-states');
    const [found] = items;
    if (!found) throw new Error('The bot was not made');
    if (found.fault) throw new Error(`The bot is FAULTED: ${found.fault.message}`);
    return found;
  };
  const started = await first('Its state is shown with its last step', async () => {
    const { status, lastStep } = await state();
    const isOn = status === 'WARMING' || status === 'RUNNING';
    return isOn && lastStep ? `${status}, ${lastStep.cause}: ${lastStep.reasons.join('; ')}` : undefined;
  });
  const { botConfigId } = await state();
  await first('RUNNING', async () => ((await state()).status === 'RUNNING' ? 'warm' : undefined));
  const ordered = await first('Its first order is at the exchange', async () => {
    await state();
    const { items } = await get<{ items: readonly { clientOrderId: string; status: string }[] }>(
      `orders?botConfigId=${botConfigId}`,
    );
    const placed = items.find(({ status }) => status !== 'DENIED' && status !== 'REJECTED');
    return placed && `${placed.clientOrderId} ${placed.status}`;
  });
  return started <= STARTS_WITHIN_S && ordered <= ORDERS_WITHIN_S;
}

main().then(
  (isGood) => {
    console.log(isGood ? 'Both goals were reached' : 'A goal was missed');
    process.exitCode = isGood ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
