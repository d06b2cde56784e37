/** How calls name an order of theirs. */
import { Market } from '@elvis/trading';
import { Parameters } from '../requests/parameters';
import { missing } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { ALGO_NUMBER } from './order-rows';
import { Named } from './own-orders';

/** The exchange's number counts before the bot's id, as at Binance. @throws FrontRefusal -1102 it names neither */
export function namedIn(parameters: Parameters, market: Market, prefix: '' | 'cancel' = ''): Named {
  const symbol = parameters.required('symbol');
  const [number, id] =
    prefix === '' ? ['orderId', 'origClientOrderId'] : ['cancelOrderId', 'cancelOrigClientOrderId'];
  return named(parameters, { market, symbol }, number ?? '', id ?? '');
}

export function namedAlgoIn(parameters: Parameters): Named {
  const symbol = parameters.get('symbol') ?? '';
  const found = named(parameters, { market: 'futures', symbol }, 'algoId', 'clientAlgoId');
  const { exchangeOrderId } = found;
  return {
    ...found,
    ...(exchangeOrderId !== undefined && { exchangeOrderId: ALGO_NUMBER + exchangeOrderId }),
  };
}

function named(
  parameters: Parameters,
  place: Pick<Named, 'market' | 'symbol'>,
  number: string,
  id: string,
): Named {
  const exchangeOrderId = parameters.integer(number);
  const clientId = parameters.get(id);
  if (exchangeOrderId !== undefined) return { ...place, exchangeOrderId };
  if (clientId !== undefined) return { ...place, clientId };
  throw FrontRefusal.of(missing(number));
}
