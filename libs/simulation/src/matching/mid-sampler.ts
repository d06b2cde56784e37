/** The mark price where a recording has none: each second, the median of the mids seen in it. */
export class MidSampler {
  private readonly mids: number[] = [];
  private last: number | undefined;

  /** @param midTwice twice the mid, so that it stays whole */
  seen(midTwice: number): void {
    this.last = midTwice;
    this.mids.push(midTwice);
  }

  /** The median since the last call; the last mid where nothing moved. */
  takeMedian(): number | undefined {
    if (this.mids.length === 0) return this.last;
    const ranked = this.mids.sort((left, right) => left - right);
    const median = ranked[ranked.length >>> 1]!;
    this.mids.length = 0;
    return median;
  }
}
