/** Which service this process is, and which of its replicas. */
import { randomUUID } from 'node:crypto';

export class ServiceIdentity {
  /** `execution-1:<uuid>`, say: this life of the process; a replica that starts again is another holder of leases. */
  readonly instance: string;

  constructor(
    readonly service: string,
    readonly replica: number,
    /** The pod's name where there is one: no other has it, also where replicas have no numbers. */
    readonly pod?: string,
  ) {
    this.instance = `${this.name}:${randomUUID()}`;
  }

  /** `execution-1`, say: unique in the fleet while the process lives. */
  get name(): string {
    return this.pod ?? `${this.service}-${this.replica}`;
  }
}
