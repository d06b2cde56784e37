import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module';
import { AuthenticationModule } from '../identity/authentication.module';
import { LiveMessages } from './live-messages';
import { LiveController } from './live.controller';
import { OpenStreams } from './open-streams';
import { Snapshots } from './snapshots';
import { StreamPlaces } from './stream-places';
import { WebSockets } from './web-sockets';

@Module({
  imports: [HttpModule, AuthenticationModule],
  controllers: [LiveController],
  providers: [LiveMessages, OpenStreams, Snapshots, StreamPlaces, WebSockets],
  exports: [WebSockets],
})
export class LiveModule {}
