/** One call of the front: what it needs, what it costs in Binance's terms, and what answers it. */
import { Scope } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { KeyHolder } from '../keys/front-keys';
import { Parameters } from '../requests/parameters';
import { Asked } from '../words/domain/words';

interface Call {
  readonly parameters: Parameters;
  readonly remoteIp: string;
}

export interface SignedCall extends Call {
  readonly holder: KeyHolder;
  readonly signature: string;
}

interface Common {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly market: Market;
  readonly doing: Asked['doing'];
}

export type Route = Common &
  (
    | { readonly isSigned: false; readonly answer: (call: Call) => Promise<string> | string }
    | {
        readonly isSigned: true;
        readonly scope: Scope;
        readonly answer: (call: SignedCall) => Promise<string>;
      }
  );
