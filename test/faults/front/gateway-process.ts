/** A gateway in a process of its own that says, when asked, what it holds: after a collection, so that memory is what lives. */
import { Metrics, loadConfig, startService } from '@elvis/platform';
import { createHook } from 'node:async_hooks';
import { readdirSync } from 'node:fs';
import { GatewayConfig } from '../../../apps/gateway/src/gateway.config';
import { GatewayModule } from '../../../apps/gateway/src/gateway.module';
import { RunningGateway, startGateway } from '../../../apps/gateway/src/start-gateway';

export interface Holdings {
  readonly slots: number;
  readonly connections: number;
  readonly streams: number;
  readonly descriptors: number;
  /** All of them, those that keep no process alive included. */
  readonly timers: number;
  readonly memoryMb: number;
}

/** Anything but this in a message of the child is its address. */
export interface Started {
  readonly url: string;
}

const timers = new Set<number>();
createHook({
  init: (id, type) => void (type === 'Timeout' && timers.add(id)),
  destroy: (id) => void timers.delete(id),
}).enable();

async function main(): Promise<void> {
  let app: RunningGateway | undefined;
  await startService(
    {
      name: 'gateway',
      module: GatewayModule,
      config: GatewayConfig,
      start: async (root, config, log) => (app = await startGateway(root, config, log)),
      startsWithoutBus: true,
    },
    loadConfig(GatewayConfig, process.env),
  );
  if (!app) throw new Error('The gateway has not started');
  const { registry } = app.get(Metrics);
  const figure = async (name: string): Promise<number> =>
    Number(/ (\S+)$/.exec((await registry.getSingleMetricAsString(name)).trim())?.[1]);
  process.on('message', () => {
    void (async () => {
      global.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      const holdings: Holdings = {
        slots: await figure('gateway_requests_in_flight'),
        connections: await figure('gateway_connections'),
        streams: await figure('gateway_streams'),
        descriptors: readdirSync('/proc/self/fd').length,
        timers: timers.size,
        memoryMb: (heapUsed + external) / 1_048_576,
      };
      process.send?.(holdings);
    })();
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url: app.url } satisfies Started);
}

void main();
