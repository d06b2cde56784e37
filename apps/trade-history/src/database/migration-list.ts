import { CreateHistory1763700000000 } from './migrations/1763700000000-create-history';
import { AddFigures1763700000001 } from './migrations/1763700000001-add-figures';
import { FreeAccessKeys1763700000002 } from './migrations/1763700000002-free-access-keys';
import { LeastRights1763700000003 } from './migrations/1763700000003-least-rights';
import { SumDays1763700000004 } from './migrations/1763700000004-sum-days';
import { NamePersons1763700000010 } from './migrations/1763700000010-name-persons';
import { KeepBooks1763700000011 } from './migrations/1763700000011-keep-results';
import { BindKeys1763700000020 } from './migrations/1763700000020-bind-keys';
import { KeepCandles1763700000030 } from './migrations/1763700000030-keep-candles';
import { KeepBots1763700000040 } from './migrations/1763700000040-keep-bots';
import { DropCandleMonths1763700000041 } from './migrations/1763700000041-drop-candle-months';
import { ServeTheFront1763700000050 } from './migrations/1763700000050-serve-the-front';
import { KeepBacktests1763700000060 } from './migrations/1763700000060-keep-backtests';
import { BoundFrontKeys1763700000070 } from './migrations/1763700000070-bound-front-keys';
import { CancelBacktests1763700000071 } from './migrations/1763700000071-cancel-backtests';
import { KeepAlerts1763700000080 } from './migrations/alerts/1763700000080-keep-alerts';
import { FindChains1763700000081 } from './migrations/explanations/1763700000081-find-chains';
import { KeepClearances1763700000090 } from './migrations/clearance/1763700000090-keep-clearances';

/** Oldest first. A migration that has been released is never edited. */
export const MIGRATIONS = [
  CreateHistory1763700000000,
  AddFigures1763700000001,
  FreeAccessKeys1763700000002,
  LeastRights1763700000003,
  SumDays1763700000004,
  NamePersons1763700000010,
  KeepBooks1763700000011,
  BindKeys1763700000020,
  KeepCandles1763700000030,
  KeepBots1763700000040,
  DropCandleMonths1763700000041,
  ServeTheFront1763700000050,
  KeepBacktests1763700000060,
  BoundFrontKeys1763700000070,
  CancelBacktests1763700000071,
  KeepAlerts1763700000080,
  FindChains1763700000081,
  KeepClearances1763700000090,
];
