import type { RunParity, RunToCompare } from './parity/compare-run';
import { Decision, Needs, StepCall, StrategyWish } from './step-call';
import type { StrategyDescription } from './strategies';

/** What a hook's thread is asked, one thing at a time. */
export type Question =
  | { readonly ask: 'describe'; readonly strategy: string }
  | { readonly ask: 'problems'; readonly wish: StrategyWish }
  | { readonly ask: 'needs'; readonly wish: StrategyWish; readonly openTimeMs: number }
  | { readonly ask: 'step'; readonly call: StepCall }
  | { readonly ask: 'parity'; readonly run: RunToCompare };

/** What it is begun with. */
export interface ThreadData {
  readonly strategiesFolder: string | undefined;
}

export type ThreadAnswer =
  | { readonly described: StrategyDescription }
  | { readonly problems: readonly string[] }
  | { readonly needs: Needs }
  | { readonly decision: Decision }
  | { readonly parity: RunParity }
  | { readonly problem: string };
