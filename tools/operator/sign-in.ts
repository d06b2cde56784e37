/** `npm run sign-in`: prints a link with which a person signs in to the dashboard once, within ten minutes. */
import { signInLink } from './sign-in-link';
import { Verb, findRunningSystem } from './running-system';

export async function operate({ root }: Verb): Promise<number> {
  const { stack } = findRunningSystem(root);
  if (!stack) {
    console.error('Elvis is not running here, so there is no link; start it with "npm start"');
    return 1;
  }
  try {
    console.log(await signInLink(stack.gatewayUrl, stack.apiKey));
    return 0;
  } catch (error) {
    console.error(`No link was made: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
