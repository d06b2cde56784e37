import { accountModeProblem } from './account-mode';

describe('the mode of the exchange account', () => {
  it.each`
    dualSidePosition | multiAssetsMargin | word
    ${true}          | ${false}          | ${/hedge mode/}
    ${false}         | ${true}           | ${/multi-asset mode/}
    ${true}          | ${true}           | ${/hedge mode .* and multi-asset mode/}
    ${undefined}     | ${false}          | ${/hedge mode/}
    ${false}         | ${undefined}      | ${/multi-asset mode/}
    ${'false'}       | ${false}          | ${/hedge mode/}
  `(
    'stops the start with hedge $dualSidePosition and multi-asset $multiAssetsMargin',
    ({ dualSidePosition, multiAssetsMargin, word }) => {
      expect(accountModeProblem({ dualSidePosition, multiAssetsMargin })).toMatch(word as RegExp);
    },
  );

  it('lets a one-way, single-asset account start', () => {
    expect(accountModeProblem({ dualSidePosition: false, multiAssetsMargin: false })).toBeUndefined();
  });
});
