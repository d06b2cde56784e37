/** What comes on the stream, as docs/live.md describes it. */
export interface AccountMessage {
  readonly seq: number;
  readonly topic: string;
  readonly type: string;
  readonly time: string;
  readonly data: unknown;
}

export interface MarketFrame {
  readonly topic: string;
  readonly atMs: number;
  readonly ageMs: number;
  readonly data: unknown;
}

interface Welcome {
  readonly topic: 'welcome';
  readonly life: string;
  readonly seq: number;
  readonly gap: boolean;
}

interface Pong {
  readonly topic: 'pong';
  readonly ping: number;
  readonly atMs: number;
}

interface Refused {
  readonly topic: 'refused';
  readonly topics: readonly string[];
  readonly reason: string;
}

export type StreamMessage =
  | { readonly kind: 'welcome'; readonly message: Welcome }
  | { readonly kind: 'pong'; readonly message: Pong }
  | { readonly kind: 'refused'; readonly message: Refused }
  | { readonly kind: 'account'; readonly message: AccountMessage }
  | { readonly kind: 'market'; readonly message: MarketFrame }
  | { readonly kind: 'other' };

const OWN_KINDS = new Set(['welcome', 'pong', 'refused']);

/** What a text of the stream holds; what a newer gateway says besides is left alone. */
export function readMessages(text: string): StreamMessage[] {
  const messages: unknown = JSON.parse(text);
  return Array.isArray(messages) ? messages.map(sorted) : [];
}

function sorted(message: Readonly<Record<string, unknown>>): StreamMessage {
  const { topic } = message;
  if (typeof topic !== 'string') return { kind: 'other' };
  if (OWN_KINDS.has(topic)) return { kind: topic, message } as unknown as StreamMessage;
  // An account's message is numbered, and may tell its age as well.
  if (typeof message.seq === 'number' && typeof message.type === 'string')
    return { kind: 'account', message: message as unknown as AccountMessage };
  if (typeof message.ageMs === 'number' && 'data' in message)
    return { kind: 'market', message: message as unknown as MarketFrame };
  return { kind: 'other' };
}
