/** The instrument is one we trade, the exchange knows it, and it is open for trading. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from '../../order/check';

export const checkInstrument: Check = ({ content }, { instrument, isSymbolTraded, isMarketTraded }) => {
  const { symbol, market } = content;
  if (isMarketTraded === false)
    return denied('INSTRUMENT_UNKNOWN', {
      symbol,
      market,
      why: `this system does not trade on the ${market} market`,
    });
  if (!isSymbolTraded)
    return denied('INSTRUMENT_UNKNOWN', { symbol, market, why: 'the symbol is not in SYMBOLS' });
  if (!instrument) {
    return denied('INSTRUMENT_UNKNOWN', { symbol, market, why: 'the exchange does not list this symbol' });
  }
  if (!instrument.isTrading) return denied('INSTRUMENT_NOT_TRADING', { symbol, market });
  return APPROVED;
};
