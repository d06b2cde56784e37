/** Which service this process is, and which of its replicas. */
export class ServiceIdentity {
  constructor(
    readonly service: string,
    readonly replica: number,
  ) {}

  /** `execution-1`, say: unique in the fleet while the process lives. */
  get name(): string {
    return `${this.service}-${this.replica}`;
  }
}
