import { CreateHistory1763700000000 } from './1763700000000-create-history';

/** Oldest first. A migration that has been released is never edited. */
export const MIGRATIONS = [CreateHistory1763700000000];
