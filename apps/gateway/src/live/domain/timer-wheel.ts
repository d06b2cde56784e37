/**
 * What is due when, on a ring of slots: one timer drives any number of clients, and what is due in a slot is found
 * without a look at anything else. A slot is a number that grows; how long it lasts is the business of the caller.
 */
const SIZE = 256;

export class TimerWheel<Item> {
  private readonly ring: Item[][] = Array.from({ length: SIZE }, () => []);
  private waiting = 0;

  /** @param over the newest slot that is over; what is added is due after it */
  constructor(private over = 0) {}

  get now(): number {
    return this.over;
  }

  get isEmpty(): boolean {
    return this.waiting === 0;
  }

  /** @throws RangeError the slot is over, or 256 slots and more ahead */
  add(item: Item, slot: number): void {
    const ahead = slot - this.over;
    if (!(ahead > 0 && ahead < SIZE))
      throw new RangeError(`Slot ${slot} is not 1 to ${SIZE - 1} ahead of ${this.over}`);
    this.ring[slot % SIZE]?.push(item);
    this.waiting += 1;
  }

  /** Everything that is due up to this slot, the earliest first. */
  advance(slot: number): Item[] {
    const due: Item[] = [];
    const last = Math.min(slot, this.over + SIZE);
    for (let at = this.over + 1; at <= last; at += 1) due.push(...(this.ring[at % SIZE]?.splice(0) ?? []));
    this.over = Math.max(this.over, slot);
    this.waiting -= due.length;
    return due;
  }
}
