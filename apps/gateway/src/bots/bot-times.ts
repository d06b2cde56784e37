/** Bots over REST: moments are ISO 8601; what a strategy was given or wrote stays as it is. */
import { withIsoTimes } from '../rest/iso-time';

/** Words of strategies and of other senders, and what is hashed: nothing in them is ours to rename. */
const AS_IT_IS = [
  'parameters',
  'inputs',
  'signal',
  'candle',
  'intents',
  'protections',
  'limits',
  'body',
] as const;

export function withBotTimes<Value extends object>(value: Value): object {
  const shown = withIsoTimes(value) as Record<string, unknown>;
  for (const name of AS_IT_IS) if (name in value) shown[name] = (value as Record<string, unknown>)[name];
  return shown;
}
