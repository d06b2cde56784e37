/**
 * What a call takes, and the refusal of everything else: nothing that a client sends is ignored in silence.
 *
 * A row is the call's parameter table of Binance's documents, in one line: names apart by blanks, `!` behind a mandatory
 * one. Whether a value is sensible is judged where it is used.
 */
import { refusals } from '@elvis/simulation';
import { Params } from '../params';

export interface Takes {
  readonly names: ReadonlySet<string>;
  readonly mandatory: readonly string[];
}

export type ParameterTable = Readonly<Record<string, string>>;

/** What each signed call takes besides its own. */
const SIGNED = ['recvWindow', 'timestamp', 'signature'];
/** What a message of a WebSocket API may carry besides. */
export const WEBSOCKET_PARAMETERS: ReadonlySet<string> = new Set([...SIGNED, 'apiKey', 'returnRateLimits']);

export function takesOf(row: string, isSigned: boolean): Takes {
  const listed = row.split(/\s+/).filter((name) => name !== '');
  return {
    names: new Set([...listed.map((name) => name.replace('!', '')), ...(isSigned ? SIGNED : [])]),
    mandatory: listed.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
  };
}

/**
 * @param besides what else may be sent here
 * @throws Refusal -1101 more than there are, or one twice; -1102 a mandatory one is missing; -1104 an unknown one;
 *   -1105 an empty one
 */
export function checkParameters(
  { names, mandatory }: Takes,
  params: Params,
  besides?: ReadonlySet<string>,
): void {
  if (params.isRepeated) throw refusals.repeatedParameter();
  let sent = 0;
  let read = 0;
  let empty: string | undefined;
  for (const [name, value] of params.entries()) {
    sent += 1;
    if (names.has(name) || besides?.has(name)) read += 1;
    if (value === '') empty ??= name;
  }
  if (read < sent)
    throw sent > names.size && !besides
      ? refusals.tooManyParameters(names.size, sent)
      : refusals.unreadParameters(read, sent);
  if (empty !== undefined) throw refusals.emptyParameter(empty);
  for (const name of mandatory) params.required(name);
}
