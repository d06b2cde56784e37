import { Module } from '@nestjs/common';
import { MarketFollower } from './market-follower';

@Module({ providers: [MarketFollower] })
export class MarketDataModule {}
