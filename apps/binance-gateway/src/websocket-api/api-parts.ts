/** What a connection to a WebSocket API needs of the front. */
import { FrontClock } from '../clock/front-clock';
import { OpenCalls } from '../rest/open-calls';
import { FrontRefusals } from '../rest/refusals';
import { Routes } from '../rest/routes';
import { SignedCalls } from '../rest/signed-calls';
import { KeyStreams } from '../streams/key-streams';

export interface ApiParts {
  readonly routes: Routes;
  readonly signed: SignedCalls;
  readonly open: OpenCalls;
  readonly refusals: FrontRefusals;
  readonly users: KeyStreams;
  readonly time: FrontClock;
}
