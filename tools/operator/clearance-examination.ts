/** Of the preflight: who decides on live trading, and whether the installation is cleared for it. */
import { Clearance } from '@elvis/contracts';
import { StackFile } from '../launcher/stack-file';
import { Finding } from './exchange-examination';

type Shown = Pick<Clearance, 'botConfigId' | 'verdict'> & {
  readonly expiresAt: string;
  readonly revokedAt: string | null;
};

export async function examineClearance(
  stack: StackFile | undefined,
  given: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const isAlone = given.GO_TWO_PERSON === 'false';
  const people: Finding = {
    what: 'who clears',
    verdict: isAlone ? 'WARNING' : 'ok',
    detail: isAlone
      ? `one person alone (GO_TWO_PERSON=false): ${given.GO_ONE_PERSON_REASON ?? 'no reason is given'}`
      : 'two people',
  };
  return stack ? [people, await ofInstallation(stack, given.TRADING_MODE === 'live')] : [people];
}

async function ofInstallation({ gatewayUrl, apiKey }: StackFile, isLive: boolean): Promise<Finding> {
  const what = 'clearance';
  try {
    const response = await fetch(`${gatewayUrl}/api/v1/clearances`, { headers: { 'X-API-Key': apiKey } });
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    const { items } = (await response.json()) as { readonly items: readonly Shown[] };
    const found = items.find(
      ({ botConfigId, revokedAt, expiresAt }) =>
        botConfigId === null && revokedAt === null && Date.parse(expiresAt) > Date.now(),
    );
    if (found)
      return {
        what,
        verdict: 'ok',
        detail: `${found.verdict} for the installation until ${found.expiresAt}`,
      };
    const detail = 'none for the installation: npm run go-no-go, then two people approve';
    return isLive
      ? { what, verdict: 'FAILED', detail: `${detail}; nothing opens without it` }
      : { what, verdict: 'ok', detail: `${detail}; live trading asks for it` };
  } catch (error) {
    return {
      what,
      verdict: isLive ? 'FAILED' : 'WARNING',
      detail: `cannot be read: ${(error as Error).message}`,
    };
  }
}
