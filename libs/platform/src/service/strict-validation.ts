/** One way of refusing a malformed message, for HTTP and bus alike: all its faults at once, in the taxonomy's words. */
import { TradingFailure } from '@elvis/trading';
import { ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { ValidationError } from 'class-validator';
import { readerOf } from './message-reader';

/** Unknown fields are refused, nothing is converted implicitly. */
@Injectable()
class StrictValidation extends ValidationPipe {
  constructor() {
    super({
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
  }

  /** What is malformed goes the libraries' own, longer way: every message of an order passes here. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype } = metadata;
    const read = metatype && this.toValidate(metadata) ? readerOf(metatype)(value) : undefined;
    return read === undefined ? super.transform(value, metadata) : Promise.resolve(read);
  }
}

export const strictValidation = (): ValidationPipe => new StrictValidation();

const flatten = (errors: readonly ValidationError[], parent = ''): string[] =>
  errors.flatMap((error) => [
    ...Object.values(error.constraints ?? {}).map((text) => (parent ? `${parent}: ${text}` : text)),
    ...flatten(error.children ?? [], parent ? `${parent}.${error.property}` : error.property),
  ]);
