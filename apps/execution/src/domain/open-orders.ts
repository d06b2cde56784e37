/**
 * Which orders are open after the journal's records up to a sequence, each taken once and in the journal's order. What is
 * no record counts as open: whoever looks at it then sees that it cannot be read.
 */
import { JournalRecord } from '@elvis/trading';
import { isOpen } from './order-lifecycle';

/** What a message of the journal does to the open orders. */
export interface Step {
  readonly clientOrderId: string;
  readonly sequence: number;
  readonly isOpen: boolean;
}

export const stepOf = (message: {
  readonly clientOrderId: string;
  readonly sequence: number;
  readonly record: JournalRecord | undefined;
}): Step => ({
  clientOrderId: message.clientOrderId,
  sequence: message.sequence,
  isOpen: message.record === undefined || isOpen(message.record),
});

export class OpenOrders {
  private readonly listed: Map<string, number>;

  /** @param reached every message up to this sequence is reflected in `open` */
  constructor(
    private reached: number,
    open: Iterable<readonly [clientOrderId: string, sequence: number]> = [],
  ) {
    this.listed = new Map(open);
  }

  get sequence(): number {
    return this.reached;
  }

  /** By id, each with the sequence of its newest record. */
  get open(): ReadonlyMap<string, number> {
    return this.listed;
  }

  /** Takes the next message that the journal holds; one that was taken before changes nothing. */
  take({ clientOrderId, sequence, isOpen }: Step): void {
    if (sequence <= this.reached) return;
    this.reached = sequence;
    if (isOpen) this.listed.set(clientOrderId, sequence);
    else this.listed.delete(clientOrderId);
  }

  /** The journal holds nothing between the last message taken and this sequence. */
  reach(sequence: number): void {
    this.reached = Math.max(this.reached, sequence);
  }
}
