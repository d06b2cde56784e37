/** What a clearance is bound to, and which of it was changed. */
import canonicalize from 'canonicalize';
import { BoundFields } from '../evidence/evidence';

/** What decides how a bot trades. */
export interface BoundBot {
  readonly id: string;
  readonly strategy: string;
  readonly codeHash: string;
  readonly market: string;
  readonly symbol: string;
  readonly interval: string;
  readonly initialCapital: string;
  readonly leverage: number;
  readonly parameters?: unknown;
  readonly protections?: unknown;
  readonly limits?: unknown;
}

/** What decides how the installation judges and sends orders. */
export interface BoundSystem {
  readonly build: string;
  /** SHA-256 over the rules. */
  readonly rules: string;
  readonly riskLimits: Readonly<Record<string, string>>;
}

const BOT_FIELDS = [
  'id',
  'strategy',
  'codeHash',
  'market',
  'symbol',
  'interval',
  'initialCapital',
  'leverage',
  'parameters',
  'protections',
  'limits',
] as const satisfies readonly (keyof BoundBot)[];
const SYSTEM_FIELDS = ['build', 'rules', 'riskLimits'] as const satisfies readonly (keyof BoundSystem)[];

const text = (value: unknown): string =>
  typeof value === 'string' ? value : (canonicalize(value ?? {}) as string);

/** Whatever else the objects hold is not bound: a name may change. */
export const boundFields = (bot: BoundBot | undefined, system: BoundSystem): BoundFields =>
  Object.fromEntries([
    ...(bot ? BOT_FIELDS.map((name) => [name, text(bot[name])] as const) : []),
    ...SYSTEM_FIELDS.map((name) => [name, text(system[name])] as const),
  ]);

/** Names of the fields that are not as they were bound; what only one side knows is changed too. */
export const changedFields = (bound: BoundFields, now: BoundFields): readonly string[] =>
  [...new Set([...Object.keys(bound), ...Object.keys(now)])]
    .filter((name) => name !== 'runId' && bound[name] !== now[name])
    .sort();
