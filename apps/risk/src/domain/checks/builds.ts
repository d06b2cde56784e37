/** While services that do not understand each other run side by side, nothing opens. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from './check';

export const checkBuilds: Check = ({ isReduceOnly }, { buildsDisagree }) =>
  buildsDisagree === undefined || isReduceOnly
    ? APPROVED
    : denied('BUILDS_DISAGREE', { builds: buildsDisagree });
