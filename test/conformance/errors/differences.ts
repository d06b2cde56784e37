/** Where a refusal of ours is not the table's, word for word, and why; and what we cannot be brought to answer. */
export interface Difference {
  readonly status?: number;
  readonly msg?: string;
  readonly because: string;
}

/** The code and ccxt's exception are the table's all the same. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'usdm -4003 Quantity less than zero.': {
    msg: 'Quantity less than or equal to zero.',
    because: 'zero is refused as well, and so the live exchange was heard to say it',
  },
  'usdm -1003 Too many requests; current limit of IP(1.2.3.4) is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.':
    {
      msg: 'Too many requests; current limit is 200 requests per minute. Please use the websocket for live updates to avoid polling the API.',
      because: 'Binance documents it with and without the address',
    },
  'usdm -1003 Way too many requests; IP(1.2.3.4) banned until 1615183669840. Please use the websocket for live updates to avoid bans.':
    {
      msg: 'Way too many requests; IP banned until 1615183669840. Please use the websocket for live updates to avoid bans.',
      because: 'Binance documents it with and without the address',
    },
  'usdm -1015 Too many new orders; current limit is 300 orders per TEN_SECONDS.': {
    msg: 'Too many new orders; current limit is 14 orders per 10 SECOND.',
    because: 'how the interval is written is not documented',
  },
  'usdm -1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.':
    {
      status: 503,
      because: 'the status is not documented, only that a 5xx leaves the execution unknown',
    },
  'usdm -1001 Internal error; unable to process your request. Please try again.': {
    status: 503,
    because: 'one of the texts that Binance documents for 503',
  },
};

/** Refusals that the paper exchange has no way to, by their names in the table: none today. */
export const NOT_PRODUCED: Readonly<Record<string, string>> = {};
