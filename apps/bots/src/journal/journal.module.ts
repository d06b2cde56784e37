import { Module } from '@nestjs/common';
import { BotJournal } from './bot-journal';

/** What each bot was told, decided and did. */
@Module({ providers: [BotJournal], exports: [BotJournal] })
export class JournalModule {}
