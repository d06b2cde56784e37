/** What the exchange would charge for a call, whatever it costs here. */
import { costOf } from '@elvis/binance';
import { Route } from '../calls/call';
import { Parameters } from '../requests/parameters';
import { NominalCost } from './key-usage';

/** Of calls that Elvis never makes itself and that the table therefore does not have. */
const UNPRICED: NominalCost = { weight: 1, orders: 0 };

export function nominalCost({ market, method, path }: Route, parameters: Parameters): NominalCost {
  try {
    const { weight, orders } = costOf({
      market,
      method,
      path,
      parameters: parameters.only(parameters.names()),
    });
    return { weight, orders };
  } catch (error) {
    if (error instanceof RangeError) return UNPRICED;
    throw error;
  }
}
