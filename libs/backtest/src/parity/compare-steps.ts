/**
 * Whether a bot did what the backtest of the same candles did, step by step, and where not, why: the first input that
 * differs is named. Only a different fill of the same decision is a fact of the market; the others are faults, or what
 * people and limits did.
 */
import { STEP_INPUTS, StepFill, StepInput, StepRecord } from './step-record';

/**
 * - SAME                nothing differs.
 * - MISSED_STEP         one of the two has no such step, or it was paused, halted or late.
 * - DIFFERENT_DECISION  `input` is the first that differs; none: the same inputs were decided differently.
 * - DENIED              the same decision, refused by risk in one of the two.
 * - DIFFERENT_FILL      the same decision, filled otherwise.
 */
export const PARITY_CLASSES = [
  'SAME',
  'MISSED_STEP',
  'DIFFERENT_DECISION',
  'DENIED',
  'DIFFERENT_FILL',
] as const;
export type ParityClass = (typeof PARITY_CLASSES)[number];

export interface StepDifference {
  readonly openTimeMs: number;
  readonly class: Exclude<ParityClass, 'SAME'>;
  readonly input?: StepInput;
  /** What each had: of the input, the decisions, the codes or the fills. */
  readonly bot: string;
  readonly backtest: string;
  /** Only what the bot was left with by an earlier difference differs: no cause of its own. */
  readonly follows: boolean;
}

export interface Parity {
  readonly steps: number;
  readonly counts: Readonly<Record<ParityClass, number>>;
  /** In order of time. */
  readonly differences: readonly StepDifference[];
}

/** Inputs that are a consequence of the bot's own steps before. */
const OWN_PAST: ReadonlySet<StepInput> = new Set(['position', 'orders', 'capital', 'today', 'state']);
const ABSENT = 'no step';

export function compareSteps(bot: readonly StepRecord[], backtest: readonly StepRecord[]): Parity {
  const [ours, theirs] = [byTime(bot), byTime(backtest)];
  const times = [...new Set([...ours.keys(), ...theirs.keys()])].sort((one, other) => one - other);
  const differences: StepDifference[] = [];
  const counts = Object.fromEntries(PARITY_CLASSES.map((name) => [name, 0])) as Record<ParityClass, number>;
  for (const openTimeMs of times) {
    const found = differenceOf(ours.get(openTimeMs), theirs.get(openTimeMs));
    counts[found?.class ?? 'SAME'] += 1;
    if (found === undefined) continue;
    const isOwnPast = found.input !== undefined && OWN_PAST.has(found.input);
    differences.push({ openTimeMs, ...found, follows: isOwnPast && differences.length > 0 });
  }
  return { steps: times.length, counts, differences };
}

type Found = Omit<StepDifference, 'openTimeMs' | 'follows'>;

function differenceOf(bot: StepRecord | undefined, backtest: StepRecord | undefined): Found | undefined {
  if (bot === undefined || backtest === undefined)
    return { class: 'MISSED_STEP', bot: decided(bot), backtest: decided(backtest) };
  if (decided(bot) !== decided(backtest)) {
    const { intervention } = bot;
    if (intervention !== undefined)
      return { class: 'MISSED_STEP', bot: intervention, backtest: decided(backtest) };
    const input = STEP_INPUTS.find((name) => bot.inputs[name] !== backtest.inputs[name]);
    return input === undefined
      ? { class: 'DIFFERENT_DECISION', bot: decided(bot), backtest: decided(backtest) }
      : { class: 'DIFFERENT_DECISION', input, bot: bot.inputs[input], backtest: backtest.inputs[input] };
  }
  const codes = [bot, backtest].map(({ denials }) => [...denials].sort().join(', '));
  if (codes[0] !== codes[1]) return { class: 'DENIED', bot: codes[0]!, backtest: codes[1]! };
  const fills = [bot, backtest].map((record) => record.fills.map(fillText).join('; '));
  if (fills[0] !== fills[1]) return { class: 'DIFFERENT_FILL', bot: fills[0]!, backtest: fills[1]! };
  return undefined;
}

const byTime = (records: readonly StepRecord[]): ReadonlyMap<number, StepRecord> =>
  new Map(records.map((record) => [record.openTimeMs, record]));

const decided = (record: StepRecord | undefined): string =>
  record === undefined ? ABSENT : record.decisions.join('\n') || 'nothing';

const fillText = ({ name, side, quantity, price }: StepFill): string =>
  `${name} ${side} ${quantity} at ${price}`;
