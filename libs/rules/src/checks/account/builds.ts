/** While services that do not understand each other run side by side, nothing opens. */
import { APPROVED, denied } from '@elvis/trading';
import { opensNothing } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkBuilds: Check = (order, { buildsDisagree }) =>
  buildsDisagree === undefined || opensNothing(order)
    ? APPROVED
    : denied('BUILDS_DISAGREE', { builds: buildsDisagree });
