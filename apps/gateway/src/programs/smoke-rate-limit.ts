/**
 * `npm run smoke:rate-limit`: proves on the running system that the per-IP limit refuses with 429, in English and in
 * Turkish. It tries to sign in with nobody's password until it is told to stop, and counts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Verb, findRunningSystem } from '../../../../tools/operator/running-system';

const TRIES = 2_000;
/** A request passes uncounted where Redis is late once; where it is gone, or the limit off, they all do. */
const UNCOUNTED_AT_MOST = 5;
const AFTER_UNCOUNTED_MS = 200;

export async function operate({ args, root }: Verb): Promise<number> {
  const url = args[0] ?? findRunningSystem(root).stack?.gatewayUrl;
  if (!url) {
    console.error('The address of the gateway is unknown: start the system with npm start, or name its URL.');
    return 1;
  }
  console.log(`Sending requests to ${url}/api/v1/auth/refresh until one is rate-limited, at most ${TRIES}.`);
  try {
    return await askUntilRefused(url);
  } catch (error) {
    const { message, cause } = error as { message?: string; cause?: { message?: string } };
    return failed(`The gateway does not answer: ${cause?.message ?? message ?? String(error)}`);
  }
}

async function askUntilRefused(url: string): Promise<number> {
  const attempt = (language: string): Promise<Response> =>
    fetch(`${url}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify({ refreshToken: 'smoke' }),
    });
  let uncounted = 0;
  for (let tries = 1; tries <= TRIES;) {
    const answer = await attempt('en');
    if (answer.status !== 429) {
      await answer.arrayBuffer();
      if (answer.headers.has('ratelimit-limit')) {
        tries += 1;
        continue;
      }
      uncounted += 1;
      if (uncounted === UNCOUNTED_AT_MOST) {
        return failed(
          `FAILED: ${uncounted} requests were not counted, because the limit is off or Redis is unavailable.`,
        );
      }
      await pause(AFTER_UNCOUNTED_MS);
      continue;
    }
    const english = (await answer.json()) as { detail: string };
    const turkish = (await (await attempt('tr')).json()) as { detail: string };
    const limit = answer.headers.get('ratelimit-policy');
    const wait = Number(answer.headers.get('retry-after'));
    console.log(`Request ${tries} was refused with 429 (limit ${limit}, Retry-After ${wait} s).`);
    console.log(`  en: ${english.detail}\n  tr: ${turkish.detail}`);
    const isRight =
      english.detail === 'Too many attempts. Please try again later.' &&
      turkish.detail === 'Çok fazla deneme. Lütfen daha sonra tekrar deneyin.' &&
      wait >= 1;
    return isRight ? 0 : failed('FAILED: the text or the wait of the refusal is not the expected one.');
  }
  return failed(`FAILED: none of ${TRIES} requests was rate-limited.`);
}

function failed(reason: string): number {
  console.error(reason);
  return 1;
}
