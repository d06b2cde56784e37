/** What a connection to a WebSocket API needs of the front. */
import { FrontClock } from '../clock/front-clock';
import { OpenCalls } from '../rest/open-calls';
import { FrontRefusals } from '../rest/refusals';
import { Routes } from '../rest/routes';
import { SignedCalls } from '../rest/signed-calls';
import { UserStreams } from '../streams/user-streams';

export interface ApiParts {
  readonly routes: Routes;
  readonly signed: SignedCalls;
  readonly open: OpenCalls;
  readonly refusals: FrontRefusals;
  readonly users: UserStreams;
  readonly time: FrontClock;
}
