/** Work that runs once at a time for each key: anyone who asks for it meanwhile waits for the same outcome. */
export class SharedWork<Key extends string = string, Result = void> {
  private readonly running = new Map<Key, Promise<Result>>();

  run(key: Key, begin: () => Promise<Result>): Promise<Result> {
    const running = this.running.get(key) ?? begin().finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }

  get keys(): readonly Key[] {
    return [...this.running.keys()];
  }
}
