/**
 * `npm run status`: what runs, whether it is ready, and whether it may trade. Exits 0 only if all of it is ready.
 * With `--watch` the dashboard's glance, until Ctrl-C.
 */
import { StopStatus, getStopStatus } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { readFileSync } from 'node:fs';
import { readiness } from '../launcher/readiness';
import { firstWords } from '../launcher/servers';
import { RunningSystem, Verb, findRunningSystem, openNats, table } from './running-system';
import { repeatGlance } from './glance/repeat-glance';

export async function operate({ args, root }: Verb): Promise<number> {
  const system = findRunningSystem(root);
  const { stack } = system;
  if (!stack) {
    console.log('Elvis is not running here (there is no stack.json). "npm start" starts it.');
    return 1;
  }
  if (args.includes('--watch')) {
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    await repeatGlance(stack, process.stdout, interrupt.signal);
    return 0;
  }
  const services = await Promise.all(
    stack.services.map(async ({ name, replica, pid, port }) => {
      const state = await readiness(port);
      return {
        row: [`${name}-${replica}`, `${pid}`, `${port}`, memoryOf(pid), state],
        ok: state === 'ready',
      };
    }),
  );
  const servers = await Promise.all(
    stack.servers.map(async ({ name, pid, port }) => {
      const greeting = name === 'redis' ? 'PING\r\n' : name === 'postgres' ? POSTGRES_SSL_QUESTION : '';
      const ok = (await firstWords(port, greeting)) !== undefined;
      return { row: [name, `${pid}`, `${port}`, memoryOf(pid), ok ? 'ready' : 'no answer'], ok };
    }),
  );
  const trading = await tradingState(system);
  console.log(
    table(
      ['part', 'pid', 'port', 'memory', 'state'],
      [...services, ...servers].map(({ row }) => row),
    ),
  );
  console.log(
    `\ntrading   ${trading.text}\ngateway   ${stack.gatewayUrl}\nexchange  ${stack.exchange.restUrl}`,
  );
  return [...services, ...servers, trading].every(({ ok }) => ok) ? 0 : 1;
}

/** What a client asks first; the server's one letter shows that it is alive. */
const POSTGRES_SSL_QUESTION = '\x00\x00\x00\x08\x04\xd2\x16\x2f';

async function tradingState({ operatorNatsUrl }: RunningSystem): Promise<{ text: string; ok: boolean }> {
  if (!operatorNatsUrl) return { text: 'not known: no NATS address', ok: false };
  try {
    const connection = await openNats(operatorNatsUrl);
    try {
      return {
        text: describe(await new Bus(connection).request(getStopStatus, {}, { timeoutMs: 2_000 })),
        ok: true,
      };
    } finally {
      await connection.close();
    }
  } catch (error) {
    return { text: `not known: ${error instanceof Error ? error.message : String(error)}`, ok: false };
  }
}

function describe({ active, scopes, epoch, source, phase, reason, sinceMs }: StopStatus): string {
  const where = `epoch ${epoch}, as ${source} says`;
  if (active) {
    const since = sinceMs === null ? '' : ` since ${new Date(sinceMs).toISOString()}`;
    return `HALTED${since}: ${reason ?? 'none given'} (${phase ?? 'no phase'}; ${where})`;
  }
  const narrower = scopes.map(({ scope, state }) => `${scope.type} ${scope.value ?? ''} ${state}`.trim());
  return narrower.length > 0 ? `ACTIVE but for ${narrower.join(', ')} (${where})` : `ACTIVE (${where})`;
}

function memoryOf(pid: number): string {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? `${Math.round(Number(kilobytes) / 1_024)} MB` : '';
  } catch {
    return '';
  }
}
