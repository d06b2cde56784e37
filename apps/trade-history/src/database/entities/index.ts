import { AccessKey } from './access-key.entity';
import { ApiKey } from './api-key.entity';
import { BotConfig } from './bot-config.entity';
import { BotState } from './bot-state.entity';
import { User } from './user.entity';

/** What is read and written as entities; orders, fills and figures are SQL. */
export const ENTITIES = [User, AccessKey, ApiKey, BotConfig, BotState];
