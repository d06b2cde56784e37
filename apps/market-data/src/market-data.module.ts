import { Module } from '@nestjs/common';
import { MarketWatch } from './market-watch';

@Module({ providers: [MarketWatch] })
export class MarketDataModule {}
