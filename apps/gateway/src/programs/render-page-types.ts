/**
 * `npm run docs:page-types`: writes the types of the page's calls from the gateway's OpenAPI document. The document is
 * made of the routes' decorators alone, so nothing has to run; a spec compares the file with a running gateway's.
 */
import { PlatformModule, ServiceIdentity, loadConfig } from '@elvis/platform';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayConfig } from '../gateway.config';
import { GatewayModule } from '../gateway.module';
import { openApiDocument } from '../openapi/document';
import { PAGE_TYPES, pageTypes } from './page-types';

/** A preview makes no instance, so nothing is connected to. */
const config = loadConfig(GatewayConfig, {
  NATS_URL: 'nats://127.0.0.1:4222',
  REDIS_HOST: '127.0.0.1',
  API_KEY: 'a-key-that-opens-nothing-anywhere',
});

@Module({
  imports: [PlatformModule.forService(new ServiceIdentity('gateway', 1), config, true), GatewayModule],
})
class PreviewModule {}

export async function operate({ root }: { readonly root: string }): Promise<number> {
  const adapter = new FastifyAdapter({ skipMiddie: true });
  const app = await NestFactory.create<NestFastifyApplication>(PreviewModule, adapter, {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  writeFileSync(join(root, PAGE_TYPES), pageTypes(openApiDocument(app), root));
  console.log(`  ${PAGE_TYPES}`);
  return 0;
}
