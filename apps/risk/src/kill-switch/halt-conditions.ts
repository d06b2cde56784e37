/**
 * Which of the conditions that stop trading by themselves hold at this moment. Only states stand here, such as a silent
 * market: what is a count or a loss is acknowledged by the clear, a state has to be gone.
 */
import { StopScope, isSameScope } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { OpenStop } from './domain/halt-record';

export interface Condition {
  readonly name: string;
  readonly scope: StopScope;
  readonly reason: string;
}

@Injectable()
export class HaltConditions {
  private readonly watchers: (() => readonly Condition[])[] = [];

  /** `seen` says what holds at the moment it is asked. */
  register(seen: () => readonly Condition[]): void {
    this.watchers.push(seen);
  }

  /** Why the stop was taken, if that still holds. */
  of({ actor, scope }: Pick<OpenStop, 'actor' | 'scope'>): string | undefined {
    for (const seen of this.watchers) {
      const same = seen().find(({ name, scope: of }) => actor === `auto:${name}` && isSameScope(of, scope));
      if (same) return same.reason;
    }
    return undefined;
  }
}
