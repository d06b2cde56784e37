/** The run of Redis that the kill switch was last read from: what is reserved must be reserved in the same one. */
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

@Injectable()
export class RedisIncarnation {
  /** Empty until the switch has been read over this connection. */
  runId = '';

  constructor(redis: Redis) {
    redis.on('close', () => (this.runId = ''));
  }
}
