import { NestFactory } from '@nestjs/core';
import { NestLog, runService } from '@elvis/platform';
import { applyCommandLine, PaperExchangeConfig } from './paper-exchange.config';
import { PaperExchangeModule } from './paper-exchange.module';

applyCommandLine(process.argv.slice(2));

void runService({
  name: 'paper-exchange',
  module: PaperExchangeModule,
  config: PaperExchangeConfig,
  start: (root, _config, log) =>
    NestFactory.createApplicationContext(root, { logger: new NestLog(log), abortOnError: false }),
});
