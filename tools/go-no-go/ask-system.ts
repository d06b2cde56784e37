/** A judgement by the running system, asked for over REST as everybody else does. */
import { GoNoGoExport } from '@elvis/clearance';
import { setTimeout as pause } from 'node:timers/promises';
import { StackFile } from '../launcher/stack-file';

const LOOK_MS = 250;

export class NotJudged extends Error {}

type Stack = Pick<StackFile, 'gatewayUrl' | 'apiKey'>;

interface Run {
  readonly id: string;
  readonly status: 'RUNNING' | 'FINISHED' | 'FAILED';
  readonly problem: string | null;
}

/** @param bot its id or its name; the installation if undefined. @throws NotJudged */
export async function askSystem(stack: Stack, bot: string | undefined): Promise<GoNoGoExport> {
  const botId = bot === undefined ? undefined : await idOf(stack, bot);
  let run = await ask<Run>(stack, 'go-no-go', {
    method: 'POST',
    body: JSON.stringify(botId ? { botId } : {}),
  });
  while (run.status === 'RUNNING') {
    await pause(LOOK_MS);
    run = await ask<Run>(stack, `go-no-go/${run.id}`);
  }
  if (run.status === 'FAILED') throw new NotJudged(run.problem ?? 'The judgement failed');
  return exportFrom(stack, run.id);
}

/** @throws NotJudged */
export function exportFrom(stack: Stack | undefined, id: string): Promise<GoNoGoExport> {
  if (stack === undefined)
    throw new NotJudged(`${id} is no file, and no system runs here that could be asked for it: npm start`);
  return ask<GoNoGoExport>(stack, `go-no-go/${id}/report?format=export`);
}

async function idOf(stack: Stack, bot: string): Promise<string> {
  const { items } = await ask<{ items: readonly { id: string; name: string }[] }>(stack, 'bot-configs');
  const found = items.filter(({ id, name }) => id === bot || name === bot);
  if (found.length === 1) return found[0]!.id;
  const names = items.map(({ id, name }) => `  ${id}  ${name}`);
  throw new NotJudged(
    `${found.length === 0 ? 'No bot' : 'More than one bot'} of the running system is called ${bot}. There are:\n${names.join('\n') || '  none: docs/bots.md says how to make one'}`,
  );
}

async function ask<Answer>(
  { gatewayUrl, apiKey }: Stack,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(`${gatewayUrl}/api/v1/${path}`, {
    ...init,
    headers: { 'X-API-Key': apiKey, ...(init.body !== undefined && { 'Content-Type': 'application/json' }) },
  });
  const body = (await response.json()) as Answer & { readonly detail?: string };
  if (response.ok) return body;
  throw new NotJudged(body.detail ?? `The gateway answered ${response.status}`);
}
