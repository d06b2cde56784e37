/** The run of Redis that the kill switch was last read from: what is reserved must be reserved in the same one. */
export abstract class RedisIncarnation {
  /** Empty until the switch has been read over this connection. */
  abstract readonly runId: string;
}
