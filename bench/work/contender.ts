/** A work queue with its servers. */
export interface Contender {
  /** So many workers take its jobs from now on. */
  work(workers: number): Promise<Lane>;
  close(): Promise<void>;
}

export interface Lane {
  /** Resolves when the job is stored. */
  add(id: string): Promise<void>;
  /** Called when a job's end is stored. */
  onDone: (id: string) => void;
}
