/** Reads what was given for a strategy's parameters: all that is wrong is told at once. */
import { Parameter } from './parameter';

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

export type ValuesOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer Value> ? Value : never;
};

export class ParameterProblems extends RangeError {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'ParameterProblems';
  }
}

/**
 * What is not given has its default.
 *
 * @param valid the strategy's own rule over all of them: `true`, or what is wrong
 * @throws ParameterProblems naming each parameter that is unknown or out of its range
 */
export function readParameters<P extends Parameters>(
  declared: P,
  given: Readonly<Record<string, unknown>>,
  valid: (values: ValuesOf<P>) => true | string = () => true,
): ValuesOf<P> {
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => `${name} is unknown; there are ${Object.keys(declared).join(', ') || 'no parameters'}`);
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(declared)) {
    try {
      values[name] = parameter.read(given[name] ?? parameter.form.default);
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new ParameterProblems(problems);
  const verdict = valid(values as ValuesOf<P>);
  if (verdict !== true) throw new ParameterProblems([verdict]);
  return Object.freeze(values) as ValuesOf<P>;
}
