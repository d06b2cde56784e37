/** Starts the front's server; its stop answers everything that was already asked. */
import { Log, NestLog } from '@elvis/platform';
import { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FrontConfig } from './front.config';
import { FrontServer } from './server/front-server';
import { certificateOf } from './server/certificate';

export async function startFront(
  root: Type,
  config: FrontConfig,
  log: Log,
): Promise<Pick<INestApplicationContext, 'close' | 'get'> & { readonly url: string }> {
  const app = await NestFactory.createApplicationContext(root, {
    logger: new NestLog(log),
    abortOnError: false,
  });
  const server = app.get(FrontServer);
  const port = await server.listen(config.FRONT_PORT, config.FRONT_HOST);
  const url = `http://${config.FRONT_HOST}:${port}`;
  log.info(`The Binance front listens on ${url}`);
  const certificate = certificateOf(config);
  if (certificate) {
    const tlsPort = await server.listenTls(config.FRONT_TLS_PORT, config.FRONT_HOST, certificate);
    log.info(`The Binance front speaks TLS for ${certificate.names.join(', ')} on port ${tlsPort}`);
  }
  const close = async (): Promise<void> => {
    await server.close();
    await app.close();
  };
  return { close, get: app.get.bind(app), url };
}
