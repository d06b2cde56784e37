/**
 * How often the gates are right about bots whose skill is known, because it was made up. Each line says what is asked of
 * it; the shares follow from the seed.
 */
import { equivalence, notWorse } from '@elvis/statistics';
import { ask, evidenceOf, honest, passesEdge, peeking } from './authors';
import { Chance, chanceOf, market, tossed, variants } from './markets';

export interface Outcome {
  readonly line: string;
  readonly runs: number;
  readonly share: number;
  readonly asked: { readonly atMost: number } | { readonly atLeast: number } | null;
}

export const holds = ({ share, asked }: Outcome): boolean =>
  asked === null || ('atMost' in asked ? share <= asked.atMost : share >= asked.atLeast);

const PAST = 400;
const PAPER = 60;

function shareOf(runs: number, seed: number, isSo: (chance: Chance) => boolean): number {
  const so = Array.from({ length: runs }, (_, run) => isSo(chanceOf(seed * 1_000_003 + run)));
  return so.filter(Boolean).length / runs;
}

/** Each trial's past, and what it goes on to do. */
function split(all: readonly (readonly number[])[], past = PAST): (readonly (readonly number[])[])[] {
  return [all.map((each) => each.slice(0, past)), all.map((each) => each.slice(past))];
}

const coins = (trials: number, chance: Chance): (readonly (readonly number[])[])[] => {
  const changes = market(PAST + PAPER, chance);
  return split(Array.from({ length: trials }, () => tossed(changes, chance)));
};

type Line = (runs: number, seed: number) => Outcome;

const line =
  (text: string, asked: Outcome['asked'], isSo: (chance: Chance) => boolean): Line =>
  (runs, seed) => ({ line: text, runs, share: shareOf(runs, seed, isSo), asked });

/** Coin tossers with twenty trials each. */
export const skill: Readonly<Record<string, Line>> = {
  honest: line(
    'G2: 20 trials of coin tosses, by walk-forward: every EDGE gate passes',
    { atMost: 0.05 },
    (chance) => {
      const [past, paper] = coins(20, chance);
      return passesEdge(honest(past!, paper!));
    },
  ),
  peeking: line('G2: the same, shown on the days it was chosen by', { atMost: 0.05 }, (chance) => {
    const [past, paper] = coins(20, chance);
    return passesEdge(peeking(past!, paper!));
  }),
  deflated: line('G2: the same, EDGE-2 alone', { atMost: 0.05 }, (chance) => {
    const [past, paper] = coins(20, chance);
    return ask('EDGE-2', peeking(past!, paper!)) === 'pass';
  }),
};

const finds = (evidence: ReturnType<typeof evidenceOf>): boolean =>
  ask('EDGE-1', evidence) === 'pass' && ask('EDGE-2', evidence) === 'pass';

/** A true Sharpe ratio of 4 a year, 400 days, five trials. */
export const edges: Readonly<Record<string, Line>> = {
  planted: line('G3: an edge in five variants: EDGE-1 and EDGE-2 pass', { atLeast: 0.8 }, (chance) => {
    const trials = variants(5, PAST, 4, chance);
    return finds(evidenceOf(trials, trials[0]!, trials[0]!, []));
  }),
  alone: line('G3: an edge in one of five trials, noise in four (told)', null, (chance) => {
    const trials = [...variants(1, PAST, 4, chance), ...variants(4, PAST, 0, chance)];
    return finds(evidenceOf(trials, trials[0]!, trials[0]!, []));
  }),
};

export const overfit: Line = line(
  'G4: the best of a grid of 200 on noise: EDGE-2 or EDGE-3 refuses',
  { atLeast: 0.95 },
  (chance) => {
    const [past, paper] = coins(200, chance);
    const evidence = honest(past!, paper!);
    return ask('EDGE-2', evidence) === 'fail' || ask('EDGE-3', evidence) === 'fail';
  },
);

/** Pairs that the design's table names for a margin of one basis point and the deviation of a difference. */
const PAIRS = [
  { deviation: 3, notWorse: 78, equal: 98 },
  { deviation: 5, notWorse: 215, equal: 271 },
  { deviation: 10, notWorse: 857, equal: 1_083 },
] as const;

const differences = (count: number, deviation: number, middle: number, { normal }: Chance): number[] =>
  Array.from({ length: count }, () => middle + deviation * normal());

export const power: readonly Line[] = PAIRS.flatMap(({ deviation, notWorse: oneSided, equal }) => [
  line(
    `G9: not worse by 1 bp, ${oneSided} pairs at ${deviation} bp, no difference: shown`,
    { atLeast: 0.88 },
    (chance) => notWorse(differences(oneSided, deviation, 0, chance), 1) < 0.05,
  ),
  line(
    `G9: the same, worse by 1 bp: shown`,
    { atMost: 0.06 },
    (chance) => notWorse(differences(oneSided, deviation, -1, chance), 1) < 0.05,
  ),
  line(
    `G9: equal within 1 bp, ${equal} pairs at ${deviation} bp, no difference: shown`,
    { atLeast: 0.88 },
    (chance) => equivalence(differences(equal, deviation, 0, chance), 1).isWithin,
  ),
  line(
    `G9: the same, a difference of 1 bp: shown`,
    { atMost: 0.06 },
    (chance) => equivalence(differences(equal, deviation, 1, chance), 1).isWithin,
  ),
]);

export const unchanged: Line = line(
  'G10: 60 days like the 400 of the backtest, one look: EDGE-4 fails',
  { atMost: 0.05 },
  (chance) => {
    const [past, paper] = split(variants(1, PAST + PAPER, 2, chance));
    return ask('EDGE-4', evidenceOf(past!, [], past![0]!, paper![0]!)) === 'fail';
  },
);
