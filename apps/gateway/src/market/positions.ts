/** Positions as REST and the stream show them: those that are not flat, with their side in words. */
import { AccountView, PositionView } from '@elvis/contracts';
import { isoTime } from '../http/iso-time';

export const toPositionsBody = ({ positions, asOfMs }: AccountView): object => ({
  items: positions.filter(({ quantity }) => !/^-?0*\.?0*$/.test(quantity)).map(toPositionBody),
  nextCursor: null,
  asOf: isoTime(asOfMs),
});

const toPositionBody = (position: PositionView): object => ({
  ...position,
  side: position.quantity.startsWith('-') ? 'SHORT' : 'LONG',
});
