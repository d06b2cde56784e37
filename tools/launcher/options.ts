/** What may be said after `npm start --`. A word that is not understood stops the start: it was meant for something. */
import { parseArgs } from 'node:util';
import { commandLine } from '../../apps/paper-exchange/src/paper-exchange.config';
import { Autoscale, readAutoscale } from './autoscale/pools';
import { SERVICE_NAMES, ServiceName } from './services';

export interface Options {
  /** Origin of another Binance-compatible server that gets the REST calls. */
  readonly exchange: string | undefined;
  /** Origin of the market streams; the paper exchange's unless told otherwise. */
  readonly streams: string | undefined;
  readonly replicas: Readonly<Record<ServiceName, number>>;
  /** Processes of these roles of the bots service come and go with their queue; empty: one process has all roles. */
  readonly autoscale: Autoscale;
  readonly fresh: boolean;
  /** The gateway's port; undefined: 3000, or the next free one. */
  readonly port: number | undefined;
  /** What the words after a second `--` mean for the paper exchange, as variables. */
  readonly paperSettings: Readonly<Record<string, string>>;
  readonly help: boolean;
}

export const USAGE = `npm start -- [options] [-- options of the paper exchange, such as --orders-1m 6000]
  --exchange ORIGIN   send the exchange calls to another Binance-compatible server,
                      signed with BINANCE_API_KEY and BINANCE_API_SECRET
  --streams ORIGIN    take the market streams from there (default: the paper exchange)
  --replicas LIST     such as execution=3,risk=2
  --autoscale LIST    such as bots=1..4,research=0..2: so many processes as their queue wants
  --fresh             forget the data of earlier runs
  --port N            the gateway's port (default 3000, the next free one if taken)`;

/** @throws Error listing everything that is wrong */
export function parseOptions(args: readonly string[]): Options {
  const divider = args.indexOf('--');
  const own = divider === -1 ? args : args.slice(0, divider);
  const { values } = parseArgs({
    args: [...own],
    options: {
      exchange: { type: 'string' },
      streams: { type: 'string' },
      replicas: { type: 'string' },
      autoscale: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const problems: string[] = [];
  const options = {
    exchange: origin('--exchange', values.exchange, ['http:', 'https:'], problems),
    streams: origin('--streams', values.streams, ['ws:', 'wss:', 'http:', 'https:'], problems),
    replicas: replicas(values.replicas, problems),
    autoscale: autoscale(values.autoscale, problems),
    fresh: values.fresh,
    port: port(values.port, problems),
    paperSettings: divider === -1 ? {} : commandLine(args.slice(divider + 1)),
    help: values.help,
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return options;
}

function origin(
  name: string,
  text: string | undefined,
  protocols: readonly string[],
  problems: string[],
): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && protocols.includes(url.protocol) && url.pathname === '/' && !url.search) {
    return `${url.protocol}//${url.host}`;
  }
  problems.push(`${name} must be an origin such as ${protocols[0]}//127.0.0.1:9000`);
  return undefined;
}

function replicas(text: string | undefined, problems: string[]): Record<ServiceName, number> {
  const counts = Object.fromEntries(SERVICE_NAMES.map((name) => [name, 1])) as Record<ServiceName, number>;
  for (const part of text?.split(',') ?? []) {
    const [name = '', count = ''] = part.split('=').map((word) => word.trim());
    if (!(SERVICE_NAMES as readonly string[]).includes(name) || !/^[1-9]\d?$/.test(count)) {
      problems.push(
        `--replicas: "${part}" is not <service>=<1 to 99>; services: ${SERVICE_NAMES.join(', ')}`,
      );
    } else if (name === 'dashboard') {
      problems.push('--replicas: npm start has no dashboard service; the gateway serves its page');
    } else if (name === 'paper-exchange' && count !== '1') {
      problems.push('--replicas: there can be only one paper-exchange');
    } else {
      counts[name as ServiceName] = Number(count);
    }
  }
  return counts;
}

function autoscale(text: string | undefined, problems: string[]): Autoscale {
  const read = readAutoscale(text);
  if (typeof read !== 'string') return read;
  problems.push(`--autoscale: ${read}`);
  return {};
}

function port(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  problems.push('--port must be a port number; 0 lets the system choose');
  return undefined;
}
