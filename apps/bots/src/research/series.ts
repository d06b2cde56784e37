/** Under what trials are counted: not their parameters or version, or each try would be a first. */
import { ResearchOptions } from '@elvis/contracts';

export const seriesOf = ({ strategy, interval }: ResearchOptions, symbol: string): string =>
  `${strategy} ${symbol} ${interval}`;
