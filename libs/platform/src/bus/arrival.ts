/** A wait that ends as soon as what it waits for is so; anyone who may have made it so calls `look`. */
export class Arrival {
  look: () => void = () => undefined;

  /** Returns when `holds` does, or after `withinMs`; without it there is no end but that. */
  until(holds: () => boolean, withinMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
      this.look = () => {
        if (!holds()) return;
        clearTimeout(timer);
        resolve();
      };
      this.look();
    });
  }
}
