/** `npm run replay -- [bots] …`: decisions of risk, or steps of bots, worked out again from what was recorded. */
import { operate as replaySteps } from '../../apps/bots/src/programs/replay-steps';
import { operate as replayDecisions } from '../../apps/risk/src/programs/replay-decisions';
import { Verb } from './running-system';

export const operate = ({ args, root }: Verb): Promise<number> =>
  args[0] === 'bots' ? replaySteps({ args: args.slice(1), root }) : replayDecisions({ args, root });
