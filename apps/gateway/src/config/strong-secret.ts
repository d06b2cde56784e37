/** Start-up refuses secrets that anybody could guess: short ones, and those that came with some example file. */
import { ValidateBy } from 'class-validator';

const MINIMUM_LENGTH = 16;
const WELL_KNOWN =
  /change.?me|example|default|password|secret.?key|your.?(api|key|secret)|placeholder|^(.)\1*$/i;

/** Whether it is long enough, varied enough and not from an example. */
const isStrongSecret = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length >= MINIMUM_LENGTH &&
  new Set(value).size >= 6 &&
  !WELL_KNOWN.test(value);

export const IsStrongSecret = (): PropertyDecorator =>
  ValidateBy({
    name: 'isStrongSecret',
    validator: {
      validate: isStrongSecret,
      defaultMessage: () =>
        `$property must have at least ${MINIMUM_LENGTH} characters, several different ones, and not come from an example (openssl rand -hex 32 makes one)`,
    },
  });
