/** The two texts that a start ends in: what runs and what to try, or everything that has to be put right. */
import { Settings } from './settings';

export const refusal = (problems: readonly string[]): string =>
  `Elvis was not started. Correct ${problems.length === 1 ? 'this' : 'these'} first:\n` +
  problems.map((problem) => `  - ${problem}`).join('\n');

export function ready(
  { gatewayUrl, frontUrl, frontTlsHost, apiKey, exchange, mode }: Settings,
  logs: string,
  tookMs: number,
  isHalted: boolean,
  signIn: string | undefined,
): string {
  const rows = [
    ['Dashboard', signIn ?? `${gatewayUrl} (sign in: npm run sign-in)`],
    ['REST API', gatewayUrl],
    ['API docs', `${gatewayUrl}/docs`],
    ['Stop page', `${gatewayUrl}/stop`],
    ['API key', apiKey],
    ['Binance', `${frontUrl} (key: npm run front:key -- --bot NAME)`],
    ...(frontTlsHost === undefined ? [] : [['under TLS', `https://fapi.${frontTlsHost}`] as const]),
    ['Exchange', `${exchange.restUrl} (${mode})`],
    ['Trading', isHalted ? 'HALTED, by a stop from before this start' : 'ACTIVE'],
    ['Logs', logs],
  ] as const;
  const width = Math.max(...rows.map(([, value]) => value.length));
  const line = `+${'-'.repeat(12)}+${'-'.repeat(width + 2)}+`;
  const key = `-H 'X-API-Key: ${apiKey}'`;
  const order = '{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.002"}';
  const clear =
    `curl -sS -X DELETE ${gatewayUrl}/emergency_stop ${key} ` +
    `-H 'Content-Type: application/json' -d '{"reason":"checked"}'; echo`;
  const buy =
    `curl -sS ${gatewayUrl}/api/v1/orders ${key} -H 'Content-Type: application/json' -d '${order}'; echo; ` +
    `sleep 1; curl -sS '${gatewayUrl}/api/v1/trades?symbol=BTCUSDT&limit=1' ${key}; echo`;
  return [
    '',
    `Elvis is ready after ${(tookMs / 1_000).toFixed(1)} s. Ctrl-C stops everything.`,
    line,
    ...rows.map(([name, value]) => `| ${name.padEnd(10)} | ${value.padEnd(width)} |`),
    line,
    ...(signIn === undefined
      ? []
      : ['The dashboard link signs you in once, within ten minutes; "npm run sign-in" prints another.']),
    ...(isHalted ? ['First clear the stop, if its cause is gone:', clear] : []),
    'Try: buy a little, and see its fill',
    buy,
    '',
    '',
  ].join('\n');
}
