/** What came over the wire, as far as it matters who asks for what. */
import { Told } from '../calls/call';
import { GivenAnswer } from '../replay/replays';

export interface FrontRequest {
  /** One character a byte, as the body. */
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | undefined;
  readonly remoteIp: string;
  /** Done when the answer has left. */
  readonly whenAnswered: (() => void)[];
}

export const answered = (told: Told): GivenAnswer =>
  typeof told === 'string' ? { status: 200, body: told, headers: {} } : { status: 200, ...told };
