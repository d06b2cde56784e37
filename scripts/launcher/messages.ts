/** The two texts that a start ends in: what runs and what to try, or everything that has to be put right. */
import { Home } from './home';
import { Settings } from './settings';

export const refusal = (problems: readonly string[]): string =>
  `Elvis was not started: ${problems.length === 1 ? 'this has' : 'these have'} to be put right first\n` +
  problems.map((problem) => `  - ${problem}`).join('\n');

export function ready({ gatewayUrl, apiKey, exchange, mode }: Settings, home: Home, tookMs: number): string {
  const rows = [
    ['REST API', gatewayUrl],
    ['API docs', `${gatewayUrl}/docs`],
    ['API key', apiKey],
    ['Exchange', `${exchange.restUrl} (${mode})`],
    ['Logs', home.logs],
  ] as const;
  const width = Math.max(...rows.map(([, value]) => value.length));
  const line = `+${'-'.repeat(12)}+${'-'.repeat(width + 2)}+`;
  const key = `-H 'X-API-Key: ${apiKey}'`;
  const order = '{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.002"}';
  return [
    '',
    `Elvis is ready after ${(tookMs / 1_000).toFixed(1)} s. Ctrl-C stops everything.`,
    line,
    ...rows.map(([name, value]) => `| ${name.padEnd(10)} | ${value.padEnd(width)} |`),
    line,
    'Try: buy a little, and see its fill',
    `curl -sS ${gatewayUrl}/api/v1/orders ${key} -H 'Content-Type: application/json' -d '${order}'; echo; sleep 1; ` +
      `curl -sS '${gatewayUrl}/api/v1/trades?symbol=BTCUSDT&limit=1' ${key}; echo`,
    '',
    '',
  ].join('\n');
}
