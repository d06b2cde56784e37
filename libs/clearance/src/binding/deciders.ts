/** Who may decide on a judgement, and what it comes to. */

/** One who decides: everybody behind the actor, as ADR 0008 has it. */
export interface Decider {
  readonly actor: string;
  readonly persons: readonly string[];
  readonly decision: 'approve' | 'reject';
}

export type Decided = 'cleared' | 'rejected' | 'half' | 'same person' | 'unknown person';

const isNamedUser = (person: string): boolean => person.startsWith('user:');

/**
 * What one more decision comes to: of two approvals the first is half. The second has to be one or more users by name, and
 * nobody behind them may be behind the first: a key of the first, or a key that it made, is the same person.
 */
export function decideOn(before: readonly Decider[], next: Decider, twoPerson: boolean): Decided {
  if (next.decision === 'reject') return 'rejected';
  if (!twoPerson) return 'cleared';
  const [first] = before.filter(({ decision }) => decision === 'approve');
  if (first === undefined) return 'half';
  if (first.actor === next.actor || next.persons.some((person) => first.persons.includes(person)))
    return 'same person';
  return next.persons.length > 0 && next.persons.every(isNamedUser) ? 'cleared' : 'unknown person';
}
