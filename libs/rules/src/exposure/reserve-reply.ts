/** What a reservation answers: its word, when, and the figures of that moment in whole units. */
import { Decimal, EXPOSURE_UNITS } from '@elvis/trading';
import { ExposureFigures } from './exposure';

const { AMOUNT_UNIT, QUANTITY_UNIT } = EXPOSURE_UNITS;

/** RESERVED, the code of a refusal, or why it could not be judged with what it concerns. */
export type ReserveReply = readonly [word: string, detail?: number | string, ...figures: (number | string)[]];

export function figuresOfReply([, , ...figures]: ReserveReply): ExposureFigures {
  const amount = (index: number, unit: number): string =>
    new Decimal(figures[index] ?? 0).div(unit).toFixed();
  return {
    position: amount(0, QUANTITY_UNIT),
    restingOnSide: amount(1, QUANTITY_UNIT),
    worstBefore: amount(2, AMOUNT_UNIT),
    worstAfter: amount(3, AMOUNT_UNIT),
    worstOfOthers: amount(4, AMOUNT_UNIT),
    margin: amount(5, AMOUNT_UNIT),
    openOrders: Number(figures[6]),
    lastSecond: Number(figures[7]),
    ...(figures[8] !== '' && { repeatOf: `${figures[8]}`, repeats: Number(figures[9]) }),
    ...(figures.length > 11 && {
      wallet: amount(11, QUANTITY_UNIT),
      committed: amount(12, QUANTITY_UNIT),
      needed: amount(13, QUANTITY_UNIT),
    }),
  };
}
