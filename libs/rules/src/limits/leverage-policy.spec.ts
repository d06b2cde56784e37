import { checkLeverage, checkLeverageAtStart, leverageFor, parseLeverage } from './leverage-policy';

describe('leverage policy at start', () => {
  it.each`
    text         | isOverridden | outcome
    ${'0'}       | ${false}     | ${'refused: whole number'}
    ${'1'}       | ${false}     | ${'starts'}
    ${'3'}       | ${false}     | ${'starts'}
    ${'5'}       | ${false}     | ${'starts'}
    ${'6'}       | ${false}     | ${'starts with a warning'}
    ${'10'}      | ${false}     | ${'starts with a warning'}
    ${'11'}      | ${false}     | ${'refused: override'}
    ${'11'}      | ${true}      | ${'starts with a warning'}
    ${'125'}     | ${false}     | ${'refused: override'}
    ${'125'}     | ${true}      | ${'starts with a warning'}
    ${'126'}     | ${false}     | ${'refused: whole number'}
    ${'126'}     | ${true}      | ${'refused: whole number'}
    ${'2.5'}     | ${true}      | ${'refused: whole number'}
    ${'5.0'}     | ${true}      | ${'refused: whole number'}
    ${'-3'}      | ${true}      | ${'refused: whole number'}
    ${'03'}      | ${true}      | ${'refused: whole number'}
    ${'1e1'}     | ${true}      | ${'refused: whole number'}
    ${'abc'}     | ${true}      | ${'refused: whole number'}
    ${''}        | ${true}      | ${'refused: whole number'}
    ${undefined} | ${true}      | ${'refused: whole number'}
    ${3}         | ${true}      | ${'refused: whole number'}
  `('with $text and override $isOverridden: $outcome', ({ text, isOverridden, outcome }) => {
    const verdict = checkLeverageAtStart('DEFAULT_LEVERAGE', text, isOverridden as boolean);
    expect(
      verdict.starts
        ? `starts${verdict.warning ? ' with a warning' : ''}`
        : `refused: ${verdict.problem.includes('OVERRIDE_HIGH_LEVERAGE') ? 'override' : 'whole number'}`,
    ).toBe(outcome);
  });

  it('names the variable in everything it says', () => {
    expect(checkLeverageAtStart('DEFAULT_LEVERAGE', '126', false)).toEqual({
      starts: false,
      problem: 'DEFAULT_LEVERAGE must be a whole number from 1 to 125',
    });
    expect(checkLeverageAtStart('DEFAULT_LEVERAGE', '11', false)).toEqual({
      starts: false,
      problem: 'DEFAULT_LEVERAGE above 10 is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true',
    });
    expect(checkLeverageAtStart('DEFAULT_LEVERAGE', '6', false)).toEqual({
      starts: true,
      leverage: 6,
      warning: 'DEFAULT_LEVERAGE is 6, above 5: losses are multiplied by it',
    });
  });
});

describe('leverage policy while running', () => {
  it.each`
    requested | symbolCap    | isOverridden | code                        | setBy
    ${1}      | ${undefined} | ${false}     | ${undefined}                | ${undefined}
    ${10}     | ${undefined} | ${false}     | ${undefined}                | ${undefined}
    ${11}     | ${undefined} | ${false}     | ${'LEVERAGE_ABOVE_MAXIMUM'} | ${'house'}
    ${11}     | ${undefined} | ${true}      | ${undefined}                | ${undefined}
    ${125}    | ${undefined} | ${true}      | ${undefined}                | ${undefined}
    ${126}    | ${undefined} | ${true}      | ${'LEVERAGE_INVALID'}       | ${undefined}
    ${0}      | ${undefined} | ${true}      | ${'LEVERAGE_INVALID'}       | ${undefined}
    ${-1}     | ${undefined} | ${true}      | ${'LEVERAGE_INVALID'}       | ${undefined}
    ${2.5}    | ${undefined} | ${true}      | ${'LEVERAGE_INVALID'}       | ${undefined}
    ${NaN}    | ${undefined} | ${true}      | ${'LEVERAGE_INVALID'}       | ${undefined}
    ${4}      | ${4}         | ${false}     | ${undefined}                | ${undefined}
    ${5}      | ${4}         | ${false}     | ${'LEVERAGE_ABOVE_MAXIMUM'} | ${'symbol'}
    ${5}      | ${4}         | ${true}      | ${'LEVERAGE_ABOVE_MAXIMUM'} | ${'symbol'}
  `(
    '$requested x with cap $symbolCap and override $isOverridden: $code',
    ({ requested, symbolCap, isOverridden, code, setBy }) => {
      const verdict = checkLeverage(requested as number, {
        symbolCap: symbolCap as number | undefined,
        isOverridden: isOverridden as boolean,
      });
      expect(verdict.approved ? undefined : verdict.denial.code).toBe(code);
      if (!verdict.approved) expect(verdict.denial.context.setBy).toBe(setBy);
    },
  );

  it('trades a symbol on the default, or on its cap where that is lower', () => {
    expect(leverageFor(3, undefined)).toBe(3);
    expect(leverageFor(3, 2)).toBe(2);
    expect(leverageFor(3, 20)).toBe(3);
  });

  it('reads no leverage from anything but text', () => {
    expect([parseLeverage(3), parseLeverage(null), parseLeverage('3')]).toEqual([undefined, undefined, 3]);
  });
});
