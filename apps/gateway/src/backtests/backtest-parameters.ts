/** Parameters that the routes of backtests share. */
import { pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';

export const backtestId = pathParameter('id', uuid, '`id` of the backtest.');
