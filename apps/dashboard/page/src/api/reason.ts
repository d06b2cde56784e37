import { ApiProblem } from './api-problem';

/** What went wrong, in one line for a person: the code first, since the pages of errors are found by it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiProblem) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
