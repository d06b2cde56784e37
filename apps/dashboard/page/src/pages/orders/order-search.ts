/** What of the lists is looked at, as it stands in the address: a link is the view. */
export interface OrderSearch {
  readonly status?: string;
  readonly symbol?: string;
  readonly bot?: string;
}

export interface FillSearch {
  readonly side?: 'BUY' | 'SELL';
  readonly symbol?: string;
  readonly bot?: string;
  readonly order?: string;
}

type Raw = Readonly<Record<string, unknown>>;

/** Empty fields are left out, so that the address stays short. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

export const orderSearch = ({ status, symbol, bot }: Raw): OrderSearch => ({
  status: textOf(status),
  symbol: textOf(symbol)?.toUpperCase(),
  bot: textOf(bot),
});

export const fillSearch = ({ side, symbol, bot, order }: Raw): FillSearch => ({
  side: side === 'BUY' || side === 'SELL' ? side : undefined,
  symbol: textOf(symbol)?.toUpperCase(),
  bot: textOf(bot),
  order: textOf(order),
});
