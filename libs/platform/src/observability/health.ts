/** Whether this service can do its work now. Alive is a lower claim than ready: a halted system is ready. */
import { Injectable } from '@nestjs/common';

export interface HealthReport {
  readonly ready: boolean;
  /** Each part that readiness needs, with what is wrong or `ok`. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Answers undefined when all is well, else one sentence that says what is not. */
export type HealthCheck = () => string | undefined;

@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  /** Adds a part that must be well before this service counts as ready. */
  require(part: string, check: HealthCheck): void {
    this.checks.set(part, check);
  }

  report(): HealthReport {
    const parts = Object.fromEntries([...this.checks].map(([part, check]) => [part, check() ?? 'ok']));
    return { ready: Object.values(parts).every((state) => state === 'ok'), parts };
  }
}
