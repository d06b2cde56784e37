import { Decimal } from '@elvis/trading';
import { splitQuantity } from './stop-flatten';

describe('splitting what is flattened', () => {
  it.each`
    quantity | maximum      | step         | parts                          | because
    ${'5'}   | ${'120'}     | ${'0.001'}   | ${['5']}                       | ${'one order carries it'}
    ${'240'} | ${'120'}     | ${'0.001'}   | ${['120', '120']}              | ${'the maximum itself is allowed'}
    ${'250'} | ${'120'}     | ${'0.001'}   | ${['120', '120', '10']}        | ${'the rest goes last'}
    ${'2'}   | ${'0.9995'}  | ${'0.001'}   | ${['0.999', '0.999', '0.002']} | ${'the maximum is off the grid'}
    ${'7'}   | ${undefined} | ${'0.001'}   | ${['7']}                       | ${'no maximum is known'}
    ${'5'}   | ${'2'}       | ${undefined} | ${['2', '2', '1']}             | ${'no grid is known'}
    ${'3'}   | ${'1.5'}     | ${'0'}       | ${['1.5', '1.5']}              | ${'a step of 0 is no grid'}
    ${'7'}   | ${'0'}       | ${'0.001'}   | ${['7']}                       | ${'a maximum of 0 is none'}
    ${'7'}   | ${'0.5'}     | ${'1'}       | ${['7']}                       | ${'the grid leaves nothing of the maximum'}
  `('makes $parts of $quantity at most $maximum: $because', ({ quantity, maximum, step, parts }) => {
    const decimal = (text?: string) => (text === undefined ? undefined : new Decimal(text));
    const split = splitQuantity(
      new Decimal(quantity as string),
      decimal(maximum as string),
      decimal(step as string),
    );
    expect(split.map((part) => part.toFixed())).toEqual(parts);
  });
});
