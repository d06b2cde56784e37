/** Candles that were named rightly and cannot be had now. */
export class DataUnavailable extends Error {}
