/** A running Elvis as its users see it: asked over REST, again where nobody answered, with reasons where it refuses. */
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../launcher/servers';
import { StackFile } from '../launcher/stack-file';

export interface Answer {
  /** 0 where nobody answered. */
  readonly status: number;
  readonly body: unknown;
}

const PATIENCE_MS = 120_000;
const AGAIN_MS = 250;
const ANSWER_WITHIN_MS = 15_000;
/** Nobody there, or busy: the same may be asked again. */
const isForLater = (status: number): boolean => status === 0 || status === 429 || status >= 500;

export class Refused extends Error {}

export class System {
  /** @param stack read each time: pids change when a process is started again */
  constructor(private readonly read: () => StackFile) {}

  get stack(): StackFile {
    return this.read();
  }

  async call(method: string, path: string, body?: object): Promise<Answer> {
    const { gatewayUrl, apiKey } = this.stack;
    const headers = { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      const response = await fetch(`${gatewayUrl}/api/v1/${path}`, {
        method,
        headers,
        signal,
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch {
      return { status: 0, body: null };
    }
  }

  /** Asked until it is answered. */
  async answered(method: string, path: string, body?: object): Promise<Answer> {
    let answer: Answer = { status: 0, body: null };
    await waitUntil(
      async () => {
        answer = await this.call(method, path, body);
        if (!isForLater(answer.status)) return true;
        await pause(AGAIN_MS);
        return false;
      },
      PATIENCE_MS,
      `an answer to ${method} ${path}`,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; the last was ${answer.status} ${JSON.stringify(answer.body)}`);
    });
    return answer;
  }

  /** The same, with an answer that is no refusal. @throws Refused */
  async wanted<Body>(method: string, path: string, body?: object): Promise<Body> {
    const answer = await this.answered(method, path, body);
    if (answer.status < 400) return answer.body as Body;
    const { detail } = (answer.body ?? {}) as { readonly detail?: string };
    throw new Refused(`${method} ${path}: ${answer.status} ${detail ?? ''}`);
  }

  async until(what: string, isThere: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
    await waitUntil(
      async () => {
        if (await isThere()) return true;
        await pause(AGAIN_MS);
        return false;
      },
      withinMs,
      what,
    );
  }
}
