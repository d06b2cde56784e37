/** Decimals on the bus are strings of plain digits; a number, a sign or an exponent is refused. */
import { parsePositiveDecimal } from '@elvis/trading';
import { ValidateBy, ValidationOptions } from 'class-validator';

/** A plain decimal string above zero, at most 20 digits before and 18 behind the point. */
export const IsPositiveDecimal = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isPositiveDecimal',
      validator: {
        validate: (value: unknown) => parsePositiveDecimal(value) !== undefined,
        defaultMessage: () =>
          '$property must be a positive decimal as a string of plain digits, for example "0.015"',
      },
    },
    options,
  );
