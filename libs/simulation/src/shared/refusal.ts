/** A refusal in Binance's words: what travels as `{"code":...,"msg":...}` with its HTTP status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
    /** What else travels in the answer under `data`, as JSON text. */
    readonly data?: string,
  ) {
    super(message);
  }
}

const fixed =
  (code: number, message: string, status?: number): (() => Refusal) =>
  () =>
    new Refusal(code, message, status);

export const INTEGER_RANGE = '^[0-9]{1,20}$';
const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';

/** The refusals of USD-M futures (and those that both markets word alike). */
export const refusals = {
  unknownPath: (path: string, method: string) =>
    new Refusal(-5000, `Path ${path}, Method ${method} is invalid`, 404),
  tooManyRequests: (limit: number) =>
    new Refusal(
      -1003,
      `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`,
      429,
    ),
  banned: (until: number) =>
    new Refusal(
      -1003,
      `Way too many requests; IP banned until ${until}. Please use the websocket for live updates to avoid bans.`,
      418,
    ),
  tooManyOrders: (limit: number, interval: string) =>
    new Refusal(-1015, `Too many new orders; current limit is ${limit} orders per ${interval}.`, 429),
  timestampOutside: fixed(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  timestampAhead: fixed(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  engineTimestampOutside: fixed(-5028, 'Timestamp for this request is outside of the ME recvWindow.'),
  badSignature: fixed(-1022, 'Signature for this request is not valid.'),
  badKeyFormat: fixed(-2014, 'API-key format invalid.', 401),
  unknownKey: fixed(-2015, 'Invalid API-key, IP, or permissions for action', 401),
  missing: (name: string) =>
    new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  /** @param range the pattern that the exchange shows */
  illegal: (name: string, range: string = DECIMAL_RANGE) =>
    new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
  repeatedParameter: fixed(-1101, 'Duplicate values for a parameter detected.'),
  tooManyParameters: (expected: number, received: number) =>
    new Refusal(-1101, `Too many parameters; expected '${expected}' and received '${received}'.`),
  unreadParameters: (read: number, sent: number) =>
    new Refusal(
      -1104,
      `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`,
    ),
  emptyParameter: (name: string) => new Refusal(-1105, `Parameter '${name}' was empty.`),
  precision: fixed(-1111, 'Precision is over the maximum defined for this asset.'),
  badSymbol: fixed(-1121, 'Invalid symbol.'),
  badInterval: fixed(-1120, 'Invalid interval.'),
  badOrderType: fixed(-1116, 'Invalid orderType.'),
  badSide: fixed(-1117, 'Invalid side.'),
  badTimeInForce: fixed(-1115, 'Invalid timeInForce.'),
  notRequired: (name: string) => new Refusal(-1106, `Parameter '${name}' sent when not required.`),
  spanTooLong: (hours: number) =>
    new Refusal(-1127, `More than ${hours} hours between startTime and endTime.`),
  badCombination: fixed(-1128, 'Combination of optional parameters invalid.'),
  badListenKey: fixed(-1125, 'This listenKey does not exist.'),
  badTickerType: fixed(-1139, 'Invalid ticker type.'),
  badJson: (name: string) => new Refusal(-1135, `JSON sent for parameter '${name}' is not valid`),
  badData: (name: string) => new Refusal(-1130, `Data sent for parameter '${name}' is not valid.`),
  unknownOrder: fixed(-2011, 'Unknown order sent.'),
  noSuchOrder: fixed(-2013, 'Order does not exist.'),
  noMargin: fixed(-2019, 'Margin is insufficient.'),
  wouldTrigger: fixed(-2021, 'Order would immediately trigger.'),
  reduceOnlyRejected: fixed(-2022, 'ReduceOnly Order is rejected.'),
  tooManyOpenOrders: fixed(-2025, 'Reach max open order limit.'),
  beyondBracket: fixed(-2027, 'Exceeded the maximum allowable position at current leverage.'),
  leverageTooSmall: fixed(-2028, 'Leverage is smaller than permitted: insufficient margin balance.'),
  priceTooHigh: fixed(-4002, 'Price greater than max price.'),
  quantityNotPositive: fixed(-4003, 'Quantity less than or equal to zero.'),
  quantityTooSmall: fixed(-4004, 'Quantity less than min quantity.'),
  quantityTooLarge: fixed(-4005, 'Quantity greater than max quantity.'),
  priceTooLow: fixed(-4013, 'Price less than min price.'),
  priceOffTick: fixed(-4014, 'Price not increased by tick size.'),
  badClientId: fixed(-4015, 'Client order id is not valid.'),
  priceAboveBand: (bound: string) => new Refusal(-4016, `Limit price can't be higher than ${bound}.`),
  priceBelowBand: (bound: string) => new Refusal(-4024, `Limit price can't be lower than ${bound}.`),
  badDepthLimit: (limit: string) => new Refusal(-4021, `${limit} is not valid depth limit.`),
  quantityOffStep: fixed(-4023, 'Qty not increased by step size.'),
  badLeverage: (leverage: string) => new Refusal(-4028, `Leverage ${leverage} is not valid`),
  sameMarginType: fixed(-4046, 'No need to change margin type.'),
  marginTypeBlockedByOrders: fixed(-4047, 'Margin type cannot be changed if there exists open orders.'),
  marginTypeBlockedByPosition: fixed(-4048, 'Margin type cannot be changed if there exists position.'),
  isolatedPositionMissing: fixed(-4054, 'Cannot add position margin: position is 0.'),
  isolatedInMultiAssets: fixed(
    -4168,
    'Unable to adjust to isolated-margin mode under the Multi-Assets mode.',
  ),
  samePositionMode: fixed(-4059, 'No need to change position side.'),
  badPositionSide: fixed(-4060, 'Invalid position side.'),
  positionSideMismatch: fixed(-4061, "Order's position side does not match user's setting."),
  positionModeBlockedByOrders: fixed(-4067, 'Position side cannot be changed if there exists open orders.'),
  positionModeBlockedByPosition: fixed(-4068, 'Position side cannot be changed if there exists position.'),
  batchTooLarge: fixed(-4082, 'Invalid number of batch place orders.'),
  duplicateClientId: fixed(-4116, 'ClientOrderId is duplicated.'),
  reduceOnlyConflict: fixed(
    -4118,
    'ReduceOnly Order Failed. Please check your existing position and open orders.',
  ),
  conditionalElsewhere: fixed(
    -4120,
    'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
  ),
  beyondMarketBand: fixed(
    -4131,
    "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
  ),
  notionalTooSmall: (minimum: string) =>
    new Refusal(-4164, `Order's notional must be no smaller than ${minimum} (unless you choose reduce only)`),
  tooManyDays: (days: number) => new Refusal(-4165, `Maximum time interval is ${days} days`),
  isolatedLeverageReduction: fixed(
    -4161,
    'Leverage reduction is not supported in Isolated Margin Mode with open positions.',
  ),
  sameAssetsMode: fixed(-4171, 'No need to change multi-assets mode.'),
  closeWithQuantity: fixed(-4137, 'Quantity must be zero with closePosition equals true'),
  closeWithReduceOnly: fixed(-4138, 'Reduce only must be true with closePosition equals true'),
  badCallbackRate: fixed(-2007, 'Invalid callBack rate.'),
  tooManyConditional: fixed(-4045, 'Reach max stop order limit.'),
  fokUnfillable: fixed(
    -5021,
    'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history',
  ),
  postOnlyWouldTake: fixed(
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  ),
  reduceOnlyModified: fixed(-5047, 'The reduceOnly of an order cannot be modified.'),
  noNeedToModify: fixed(-5027, 'No need to modify the order.'),
  badGoodTillDate: fixed(
    -5040,
    'The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000',
  ),
} as const;
