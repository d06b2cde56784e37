import { AccessKey } from './access-key.entity';
import { ApiKey } from './api-key.entity';
import { AuditEntry } from './audit-entry.entity';
import { BotConfig } from './bot-config.entity';
import { BotState } from './bot-state.entity';
import { Decision } from './decision.entity';
import { EquitySnapshot } from './equity-snapshot.entity';
import { Order } from './order.entity';
import { Trade } from './trade.entity';
import { User } from './user.entity';

export const ENTITIES = [
  User,
  AccessKey,
  ApiKey,
  BotConfig,
  BotState,
  Order,
  Trade,
  Decision,
  EquitySnapshot,
  AuditEntry,
];
