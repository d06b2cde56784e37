/** Positions as REST and the stream show them: those that are not flat, with their side in words. */
import { AccountView, PositionView } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { isoTime } from '../rest/iso-time';

export const toPositionsBody = ({ positions, asOfMs }: AccountView, market: Market): object => ({
  items: positions
    .filter(({ quantity }) => !/^-?0*\.?0*$/.test(quantity))
    .map((position) => ({ ...toPositionBody(position), ...(market === 'spot' && UNKNOWN) })),
  nextCursor: null,
  asOf: isoTime(asOfMs),
});

/** Of what is held on spot the exchange tells the quantity and nothing else. */
const UNKNOWN = { entryPrice: null, markPrice: null, unrealizedPnl: null };

const toPositionBody = (position: PositionView): object => ({
  ...position,
  side: position.quantity.startsWith('-') ? 'SHORT' : 'LONG',
});
