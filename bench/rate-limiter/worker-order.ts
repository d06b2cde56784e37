/** What one client process of the benchmark is told to do. */
import { WorkloadOptions } from './workload';

export interface WorkerOrder {
  readonly client: string;
  readonly origin: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly redis: { readonly host: string; readonly port: number; readonly password: string };
  readonly windowMs: number;
  readonly workload: WorkloadOptions;
  readonly replica: number;
  /** Added to this process's wall clock. */
  readonly wallClockMs: number;
  /** Where the replicas of Elvis hear each other. */
  readonly nats?: string;
}
