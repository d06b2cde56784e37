import * as bots from './tr/bots';
import * as common from './tr/common';
import * as exchange from './tr/exchange';
import * as judgement from './tr/judgement';
import * as markets from './tr/markets';
import * as orders from './tr/orders';
import * as overview from './tr/overview';
import * as record from './tr/record';
import * as research from './tr/research';
import * as risk from './tr/risk';
import * as settings from './tr/settings';
import * as shell from './tr/shell';
import * as trade from './tr/trade';

/** Every text in Turkish: loaded when it is chosen. */
export const turkish = {
  ...bots.tr,
  ...common.tr,
  ...exchange.tr,
  ...judgement.tr,
  ...markets.tr,
  ...orders.tr,
  ...overview.tr,
  ...record.tr,
  ...research.tr,
  ...risk.tr,
  ...settings.tr,
  ...shell.tr,
  ...trade.tr,
};
