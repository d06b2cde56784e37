/** Serves the page where nginx asks for it. Whoever opens it talks to a gateway from then on, never to this service. */
import { Health, Log, NestLog, servePage } from '@elvis/platform';
import { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyInstance } from 'fastify';
import { DashboardConfig } from './dashboard.config';

export type RunningDashboard = Pick<INestApplication, 'close' | 'get'> & { readonly url: string };

/** For a page's few files: a client gets 5 s for its headers and 15 s for all of its request. */
const LIMITS = {
  bodyLimit: 1_024,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  http: { headersTimeout: 5_000, maxHeaderSize: 16_384 },
} as const;

export async function startDashboard(
  root: Type,
  config: DashboardConfig,
  log: Log,
): Promise<RunningDashboard> {
  const adapter = new FastifyAdapter({ ...LIMITS, forceCloseConnections: 'idle', skipMiddie: true });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(log),
    bodyParser: false,
    abortOnError: false,
  });
  const isBuilt = servePage(adapter.getInstance<FastifyInstance>(), config.DASHBOARD_FOLDER, {});
  app
    .get(Health)
    .require('page', () =>
      isBuilt ? undefined : `The page is missing in ${config.DASHBOARD_FOLDER}; run npm run build`,
    );
  await app.listen(config.DASHBOARD_PORT, config.DASHBOARD_HOST);
  const url = await app.getUrl();
  log.info({ url }, 'The dashboard is listening for requests');
  return { url, get: app.get.bind(app), close: () => app.close() };
}
