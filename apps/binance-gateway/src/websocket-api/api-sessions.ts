/** The WebSocket APIs of both markets: what a connection to one of them needs. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FrontClock } from '../clock/front-clock';
import { OpenCalls } from '../rest/open-calls';
import { FrontRefusals } from '../rest/refusals';
import { Routes } from '../rest/routes';
import { SignedCalls } from '../rest/signed-calls';
import { FrontSocket } from '../streams/front-socket';
import { KeyStreams } from '../streams/key-streams';
import { ApiParts } from './api-parts';
import { ApiSession } from './api-session';

@Injectable()
export class ApiSessions {
  private readonly parts: ApiParts;

  constructor(
    routes: Routes,
    signed: SignedCalls,
    open: OpenCalls,
    refusals: FrontRefusals,
    users: KeyStreams,
    time: FrontClock,
  ) {
    this.parts = { routes, signed, open, refusals, users, time };
  }

  open(client: FrontSocket, market: Market, address: string): void {
    new ApiSession(this.parts, client, market, address);
  }
}
