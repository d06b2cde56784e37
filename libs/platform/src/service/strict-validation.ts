/** One way of refusing a malformed message, for HTTP and bus alike: all its faults at once, in the taxonomy's words. */
import { TradingFailure } from '@elvis/trading';
import { ValidationPipe } from '@nestjs/common';
import { ValidationError } from 'class-validator';
import { gatherRulesOnce } from './quick-rules';

/** Unknown fields are refused, nothing is converted implicitly. */
export const strictValidation = (): ValidationPipe => {
  gatherRulesOnce();
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    transformOptions: { exposeDefaultValues: true },
    exceptionFactory: (errors) => {
      const problems = flatten(errors);
      return new TradingFailure(
        'MESSAGE_MALFORMED',
        problems.join('; ') ||
          'The message is invalid; nothing was done. The fields that are wrong are in the context',
        {
          context: { problems },
        },
      );
    },
  });
};

const flatten = (errors: readonly ValidationError[], parent = ''): string[] =>
  errors.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((text) => (parent ? `${parent}: ${text}` : text)),
    ...flatten(error.children ?? [], parent ? `${parent}.${error.property}` : error.property),
  ]);
