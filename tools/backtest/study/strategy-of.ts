import { Strategy } from '@elvis/strategy';
import { STRATEGIES } from '../../../strategies';
import { WordProblems } from '../words';

/** @throws WordProblems for a name that no strategy has */
export function strategyOf(wanted: string): Strategy {
  const strategy = STRATEGIES.find(({ name }) => name === wanted);
  if (strategy !== undefined) return strategy;
  const names = STRATEGIES.map(({ name }) => name).join(', ');
  throw new WordProblems(`No strategy is called ${wanted}. There are: ${names}`);
}
