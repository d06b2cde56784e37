import { Stand } from '../faults/kill-switch/stand';

/** One way in which a drill pulls the switch, with what is broken meanwhile and how that is mended. */
export interface Way {
  readonly name: string;
  /** Pulls the switch; answers what is to be mended afterwards. */
  readonly pull: (stand: Stand) => Promise<() => unknown>;
  /** The stop has to be by `auto:` this, and by nobody else. */
  readonly automatic?: string;
  /** For how long it may take to verify; usually 20 s. */
  readonly withinMs?: number;
  /** 1 where fills would hide the condition. */
  readonly fractionResting?: number;
}
