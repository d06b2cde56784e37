/**
 * `npm run ops:rotate-encryption-key`: lets the running gateway seal every exchange key again with its ENCRYPTION_KEY. Before
 * it, start the gateway with the new key there and the one before in ENCRYPTION_KEY_OLD; after it, take that one away.
 */
import { givenValues } from '../../../../tools/launcher/settings';
import { Verb, findRunningSystem } from '../../../../tools/operator/running-system';

interface Answer {
  readonly resealed?: number;
  readonly current?: number;
  readonly unreadable?: readonly string[];
  readonly detail?: string;
}

export async function operate({ args, root }: Verb): Promise<number> {
  const { stack } = findRunningSystem(root);
  const url = args[0] ?? stack?.gatewayUrl;
  const key = (args[0] ? undefined : stack?.apiKey) ?? givenValues(root).API_KEY;
  if (!url || !key) {
    console.error('No gateway is known: start the system with npm start, or name its URL and set API_KEY.');
    return 1;
  }
  try {
    const response = await fetch(`${url}/api/v1/encryption-key/rotation`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    const answer = (await response.json()) as Answer;
    if (!response.ok) {
      console.error(`The gateway refused with ${response.status}: ${answer.detail ?? 'no reason'}`);
      return 1;
    }
    const { resealed = 0, current = 0, unreadable = [] } = answer;
    console.log(`${resealed} keys were sealed again, ${current} had the present key already.`);
    if (unreadable.length === 0) return 0;
    console.error(`${unreadable.length} could not be opened with either key: ${unreadable.join(', ')}`);
    return 2;
  } catch (error) {
    const { message, cause } = error as { message?: string; cause?: { message?: string } };
    console.error(`The gateway does not answer: ${cause?.message ?? message ?? 'no reason'}`);
    return 1;
  }
}
