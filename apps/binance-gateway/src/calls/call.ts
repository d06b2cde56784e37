/** One call of the front: what it needs, and what answers it. */
import { Scope } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { KeyHolder } from '../keys/front-keys';
import { Parameters } from '../requests/parameters';
import { Asked } from '../words/domain/words';

export interface SignedCall {
  readonly parameters: Parameters;
  readonly remoteIp: string;
  readonly holder: KeyHolder;
  readonly signature: string;
}

interface Common {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly market: Market;
  readonly doing: Asked['doing'];
}

interface OpenRoute extends Common {
  readonly isSigned: false;
  readonly answer: () => Promise<string> | string;
}

export interface SignedRoute extends Common {
  readonly isSigned: true;
  readonly scope: Scope;
  readonly answer: (call: SignedCall) => Promise<string>;
}

export type Route = OpenRoute | SignedRoute;
