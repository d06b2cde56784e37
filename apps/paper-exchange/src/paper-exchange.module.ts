import { Module, OnApplicationShutdown } from '@nestjs/common';
import { Health, LOG } from '@elvis/platform';
import type { Log } from '@elvis/platform';
import { PaperExchange } from './paper-exchange';
import { PaperExchangeConfig } from './paper-exchange.config';

class ExchangeLifetime implements OnApplicationShutdown {
  constructor(private readonly exchange: PaperExchange) {}

  onApplicationShutdown(): Promise<void> {
    return this.exchange.stop();
  }
}

@Module({
  providers: [
    {
      provide: PaperExchange,
      inject: [PaperExchangeConfig, LOG, Health],
      useFactory: async (config: PaperExchangeConfig, log: Log, health: Health): Promise<PaperExchange> => {
        const exchange = new PaperExchange(config, undefined, (error) =>
          log.error({ err: error }, 'The paper exchange met an error of its own; this is a bug'),
        );
        let open = false;
        health.require('market', () => (open ? undefined : 'the market is still loading'));
        const ports = await exchange.start();
        open = true;
        log.info(
          { ...ports, market: config.PAPER_MARKET, speed: config.PAPER_SPEED },
          'The paper exchange is open',
        );
        return exchange;
      },
    },
    {
      provide: ExchangeLifetime,
      inject: [PaperExchange],
      useFactory: (exchange: PaperExchange) => new ExchangeLifetime(exchange),
    },
  ],
})
export class PaperExchangeModule {}
