/**
 * The link with which a person signs in for the first time. The ticket stands behind the `#`, which a browser sends to
 * nobody, so it is in no log; it is asked for with the key in a header, so it is in no list of processes either.
 */
const WITHIN_MS = 5_000;

/** @throws Error that says why there is none */
export async function signInLink(gatewayUrl: string, apiKey: string): Promise<string> {
  const response = await fetch(`${gatewayUrl}/api/v1/auth/sign-in-tickets`, {
    method: 'POST',
    headers: { 'X-API-Key': apiKey },
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  const { ticket, detail } = (await response.json()) as {
    readonly ticket?: string;
    readonly detail?: string;
  };
  if (response.status === 201 && ticket !== undefined) return `${gatewayUrl}/#ticket=${ticket}`;
  throw new Error(detail ?? `The gateway answered ${response.status}`);
}
