import { Module, OnApplicationShutdown } from '@nestjs/common';
import { Health, LOG } from '@elvis/platform';
import type { Log } from '@elvis/platform';
import { adminCommands } from './admin/admin-commands';
import { AdminServer } from './admin/admin-server';
import { PaperExchange } from './exchange/paper-exchange';
import { PaperExchangeConfig } from './paper-exchange.config';

class ExchangeLifetime implements OnApplicationShutdown {
  constructor(
    private readonly exchange: PaperExchange,
    private readonly admin: AdminServer,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.exchange.stop(), this.admin.close()]);
  }
}

@Module({
  providers: [
    {
      provide: PaperExchange,
      inject: [PaperExchangeConfig, LOG],
      useFactory: (config: PaperExchangeConfig, log: Log): PaperExchange =>
        new PaperExchange(
          config,
          undefined,
          (error) =>
            log.error(
              { err: error },
              'The paper exchange failed to answer a request with an unexpected error; this is a bug, please report it',
            ),
          (message) => log.warn(message),
        ),
    },
    {
      provide: AdminServer,
      inject: [PaperExchange],
      useFactory: (exchange: PaperExchange) => new AdminServer(adminCommands(exchange)),
    },
    {
      provide: ExchangeLifetime,
      inject: [PaperExchange, AdminServer, PaperExchangeConfig, LOG, Health],
      useFactory: async (
        exchange: PaperExchange,
        admin: AdminServer,
        config: PaperExchangeConfig,
        log: Log,
        health: Health,
      ): Promise<ExchangeLifetime> => {
        health.require('market', () => exchange.notReady);
        const { port } = await exchange.start();
        const adminPort = await admin.listen(config.PAPER_ADMIN_PORT);
        log.info(
          { port, adminPort, market: config.PAPER_MARKET, speed: config.PAPER_SPEED },
          'The paper exchange is listening for requests',
        );
        return new ExchangeLifetime(exchange, admin);
      },
    },
  ],
})
export class PaperExchangeModule {}
