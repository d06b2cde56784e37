/** Builds the gateway's HTTP server and lets it listen; its stop answers everything that was already asked. */
import { Log, NestLog, servePage, strictValidation } from '@elvis/platform';
import { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyInstance } from 'fastify';
import { serveOldAddresses } from './compat/old-addresses';
import { GatewayConfig } from './gateway.config';
import { answerBrokenRequest } from './http/broken-request';
import { Connections } from './http/connections';
import { FailureAnswer } from './http/failure-answer';
import { ServedRoute, setUpFront } from './http/front';
import { SERVER_LIMITS, harden } from './http/hardening';
import { stopGracefully } from './http/graceful-stop';
import { RequestSlots } from './http/request-slots';
import { AuditTrail } from './audit/audit-trail';
import { Authentication } from './identity/authentication';
import { IpLimiter } from './limits/ip-limiter';
import { WebSockets } from './live/sockets/web-sockets';
import { serveDocumentation } from './openapi/documentation';
import { serveStopPage } from './stop-page/stop-page';

export type RunningGateway = Pick<INestApplication, 'close' | 'get'> & {
  readonly url: string;
  /** Everything that is served, with the scope it needs. */
  readonly routes: readonly ServedRoute[];
};

export async function startGateway(root: Type, config: GatewayConfig, log: Log): Promise<RunningGateway> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.BODY_LIMIT_BYTES,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? [...config.TRUSTED_PROXIES] : false,
    clientErrorHandler: answerBrokenRequest,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    skipMiddie: true,
    ...SERVER_LIMITS,
    routerOptions: { maxParamLength: 120 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(log),
    bodyParser: false,
    abortOnError: false,
  });
  const instance = adapter.getInstance<FastifyInstance>();
  const connections = app.get(Connections);
  connections.serve(instance);
  await harden(instance, config.CORS_ORIGINS);
  const finishRequests = stopGracefully(instance);
  const routes = setUpFront(instance, {
    authentication: app.get(Authentication),
    limiter: app.get(IpLimiter),
    audit: app.get(AuditTrail),
    bodyLimit: config.BODY_LIMIT_BYTES,
    connections,
    slots: app.get(RequestSlots),
  });
  serveOldAddresses(instance);
  app.useGlobalPipes(strictValidation());
  app.useGlobalFilters(new FailureAnswer(log));
  serveDocumentation(app);
  serveStopPage(instance);
  if (!servePage(instance, config.DASHBOARD_FOLDER, { scope: 'public', limit: 'none' }))
    log.warn(
      { folder: config.DASHBOARD_FOLDER },
      'The dashboard is not built in this folder, so its addresses answer 503; run npm run build. /stop works without it',
    );
  app.get(WebSockets).serve(instance);
  await app.listen(config.PORT, config.HOST);
  const url = await app.getUrl();
  log.info({ url }, 'The gateway is listening for requests');
  return {
    url,
    routes,
    get: app.get.bind(app),
    close: async () => {
      app.get(WebSockets).close();
      await finishRequests();
      await app.get(AuditTrail).flush();
      await app.close();
    },
  };
}
