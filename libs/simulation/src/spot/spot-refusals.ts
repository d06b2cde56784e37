/** The refusals of spot, in its own words: the same number may mean something else on futures. */
import { Refusal } from '../shared/refusal';

const rejected = (message: string) => (): Refusal => new Refusal(-2010, message);

export const spotRefusals = {
  filter: (name: string) => new Refusal(-1013, `Filter failure: ${name}`),
  precision: (name: string) => new Refusal(-1111, `Parameter '${name}' has too much precision.`),
  noFunds: rejected('Account has insufficient balance for requested action.'),
  duplicate: rejected('Duplicate order sent.'),
  wouldTake: rejected('Order would immediately match and take.'),
  wouldTrigger: rejected('Stop price would trigger immediately.'),
  badPrices: rejected('The relationship of the prices for the orders is not correct.'),
  amend: (message: string) => new Refusal(-2038, message),
  emptyParameter: (names: string) =>
    new Refusal(-1102, `Param '${names}' must be sent, but both were empty/null!`),
  noPegging: rejected('Pegged orders are not supported for this symbol.'),
  noTrailing: rejected('Trailing stop orders are not supported for this symbol.'),
  noIcebergs: rejected('Iceberg orders are not supported for this symbol.'),
  badStatus: () => new Refusal(-1122, 'Invalid symbolStatus.'),
  otherStatus: () => new Refusal(-1220, "The symbol's status does not match the requested symbolStatus."),
  repeatedSymbol: () => new Refusal(-1151, 'Symbol is present multiple times in the list.'),
  badRestrictions: () => new Refusal(-1145, 'Invalid cancelRestrictions'),
  restricted: () => new Refusal(-2011, 'Order was not canceled due to cancel restrictions.'),
  badStrategyType: () => new Refusal(-1134, 'strategyType was less than 1000000.'),
  idMismatch: () => new Refusal(-2039, 'Client order ID is not correct for this order ID'),
  tooMuchWeight: (limit: number) =>
    new Refusal(
      -1003,
      `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      429,
    ),
} as const;
