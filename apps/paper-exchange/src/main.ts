import { NestFactory } from '@nestjs/core';
import { NestLog, runService } from '@elvis/platform';
import { applyCommandLine, PaperExchangeConfig } from './paper-exchange.config';
import { PaperExchangeModule } from './paper-exchange.module';

const EXIT_CONFIG = 78;

try {
  applyCommandLine(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`paper-exchange: ${error instanceof Error ? error.message : 'bad option'}\n`);
  process.exit(EXIT_CONFIG);
}

void runService({
  name: 'paper-exchange',
  module: PaperExchangeModule,
  config: PaperExchangeConfig,
  start: (root, _config, log) =>
    NestFactory.createApplicationContext(root, { logger: new NestLog(log), abortOnError: false }),
});
