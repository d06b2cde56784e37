/**
 * How Coinbase's channels are subscribed to: one message a channel, no key. The parts that a supervised stream needs of a
 * venue; a subscription is called `level2:BTC-USD`, that of the connection itself `heartbeats`.
 */
const OF_PRODUCTS = ['level2', 'market_trades', 'ticker', 'status'];
/** They keep the other channels open, which close after 60 to 90 s without an update, and are asked for first. */
const HEARTBEATS = 'heartbeats';
/** What confirms is short; nothing longer is looked into. */
const CONFIRMS_AT_MOST = 20_000;

/** Every subscription that these products need. Five messages: Coinbase takes eight in a second. */
export const subscriptionsOf = (products: readonly string[]): readonly string[] => [
  HEARTBEATS,
  ...OF_PRODUCTS.flatMap((channel) => products.map((product) => `${channel}:${product}`)),
];

/** The messages that ask for these subscriptions, or end them. */
export function subscribeFrames(type: 'subscribe' | 'unsubscribe', names: readonly string[]): string[] {
  const channels = new Map<string, string[]>();
  for (const name of names) {
    const [channel = '', product] = name.split(':');
    channels.set(channel, [...(channels.get(channel) ?? []), ...(product === undefined ? [] : [product])]);
  }
  return [...channels].map(([channel, products]) =>
    JSON.stringify({ type, channel, product_ids: products.length > 0 ? products : undefined }),
  );
}

/**
 * Which of `names` the message confirms; undefined if it is about something else. A channel that is named is confirmed for
 * all its products, for a product in USDC may be listed as the one in USD: whether each is served shows its first book.
 */
export function confirmedBy(text: string, names: readonly string[]): readonly string[] | undefined {
  if (text.length > CONFIRMS_AT_MOST || !text.includes('"subscriptions"')) return undefined;
  let message: { readonly channel?: unknown; readonly events?: unknown };
  try {
    message = JSON.parse(text) as typeof message;
  } catch {
    return undefined;
  }
  if (message?.channel !== 'subscriptions' || !Array.isArray(message.events)) return undefined;
  const channels = (message.events as readonly ({ readonly subscriptions?: object } | null)[]).flatMap(
    (event) => Object.keys(event?.subscriptions ?? {}),
  );
  return names.filter((name) => channels.includes(name.split(':')[0] ?? ''));
}
