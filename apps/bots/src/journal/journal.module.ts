import { Module } from '@nestjs/common';
import { BotJournal } from './bot-journal';
import { BotStandings } from './bot-standings';

/** What each bot was told, decided and did. */
@Module({ providers: [BotJournal, BotStandings], exports: [BotJournal, BotStandings] })
export class JournalModule {}
