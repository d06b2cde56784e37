/**
 * The client order ids of protections: `b.<bot>.<run>.<step>.<n>` and one letter for what the order is for, so that an id
 * says it after any restart. A protection that is placed again, after a halt or at another price, belongs to another step
 * and has another id.
 */
const PROTECTION_ROLES = ['stop', 'target', 'trailing'] as const;
export type ProtectionRole = (typeof PROTECTION_ROLES)[number];

/** As a step's intents and the bot's orders name it. */
export const STEP_ROLE_OF = { stop: 'STOP', target: 'TARGET', trailing: 'TRAILING' } as const;

const LETTERS: Readonly<Record<ProtectionRole, string>> = { stop: 's', target: 't', trailing: 'r' };
const PROTECTION_ID = /^b\.[0-9a-z]+\.[0-9a-z]+\.[0-9a-z]+\.[0-9a-z]+\.([str])$/;

/** @param step `b.<bot>.<run>.<step>`; at most 36 characters come of it where it has at most 29 */
export const protectionId = (step: string, n: number, role: ProtectionRole): string =>
  `${step}.${n.toString(36)}.${LETTERS[role]}`;

/** What an order of a bot protects against; undefined for its other orders. */
export function roleOf(clientOrderId: string): ProtectionRole | undefined {
  const letter = PROTECTION_ID.exec(clientOrderId)?.[1];
  return PROTECTION_ROLES.find((role) => LETTERS[role] === letter);
}
