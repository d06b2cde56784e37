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
    console.error(
      'The address of the gateway is unknown: start the system with npm start, or name its URL and set API_KEY.',
    );
    return 1;
  }
  try {
    const response = await fetch(`${url}/api/v1/encryption-key/rotation`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    const answer = (await response.json()) as Answer;
    if (!response.ok) {
      console.error(
        `The gateway refused to re-encrypt the keys (HTTP ${response.status}); correct the cause and run this again: ${answer.detail ?? 'no reason given'}`,
      );
      return 1;
    }
    const { resealed = 0, current = 0, unreadable = [] } = answer;
    console.log(`${resealed} exchange keys were re-encrypted, ${current} used the current key already.`);
    if (unreadable.length === 0) return 0;
    console.error(
      `${unreadable.length} exchange keys could not be decrypted with either key and are unchanged: ${unreadable.join(', ')}`,
    );
    return 2;
  } catch (error) {
    const { message, cause } = error as { message?: string; cause?: { message?: string } };
    console.error(
      `The gateway did not answer; run this again, which is safe: ${cause?.message ?? message ?? 'no reason given'}`,
    );
    return 1;
  }
}
