/** One call of the front: what it needs, and what answers it. */
import { Scope } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { KeyHolder } from '../keys/front-keys';
import { Parameters } from '../requests/parameters';
import { Asked } from '../words/domain/words';

export interface OpenCall {
  readonly parameters: Parameters;
  /** Of whoever showed a key, though none is needed. */
  readonly keyId?: string;
}

export interface SignedCall {
  readonly parameters: Parameters;
  readonly remoteIp: string;
  readonly holder: KeyHolder;
  readonly signature: string;
  /** Done when the answer has left. */
  readonly whenAnswered: (() => void)[];
}

/** The body, and where it is not of this moment or not Elvis's own, from where and how old it is. */
export type Told = string | { readonly body: string; readonly headers: Readonly<Record<string, string>> };

interface Common {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly market: Market;
  readonly doing: Asked['doing'];
}

export interface OpenRoute extends Common {
  readonly isSigned: false;
  readonly needsKey?: false;
  readonly answer: (call: OpenCall) => Promise<Told> | Told;
}

export interface SignedRoute extends Common {
  readonly isSigned: true;
  readonly scope: Scope;
  readonly answer: (call: SignedCall) => Promise<Told>;
}

export interface KeyCall extends OpenCall {
  readonly apiKey: string;
  readonly holder: KeyHolder;
}

/** For which the key alone is enough. */
export interface KeyRoute extends Common {
  readonly isSigned: false;
  readonly needsKey: true;
  readonly answer: (call: KeyCall) => Promise<Told>;
}

export type Route = OpenRoute | KeyRoute | SignedRoute;
