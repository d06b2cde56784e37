/** A strategy's parameters as a form: what each field begins with, and what is sent of what was typed. */
interface ParameterSchema {
  readonly kind: 'integer' | 'number' | 'fraction' | 'duration' | 'choice' | 'switch';
  readonly default: string | number | boolean;
  readonly from?: string | number;
  readonly to?: string | number;
  readonly among?: readonly string[];
  readonly help?: string;
}

export type Parameters = Readonly<Record<string, ParameterSchema>>;
export type Typed = Readonly<Record<string, string>>;

export const defaultsOf = (parameters: Parameters): Typed =>
  Object.fromEntries(Object.entries(parameters).map(([name, schema]) => [name, String(schema.default)]));

/**
 * What was changed, and nothing else, so that a later default of the strategy counts. Whole numbers and factors go as
 * JSON numbers, as they are no money; fractions and lengths of time as the text that was typed.
 */
export const readParameters = (parameters: Parameters, typed: Typed): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(parameters)
      .map(([name, schema]) => [name, schema, (typed[name] ?? '').trim()] as const)
      .filter(([, schema, text]) => text !== '' && text !== String(schema.default))
      .map(([name, { kind }, text]) => [name, valueOf(kind, text)]),
  );

function valueOf(kind: ParameterSchema['kind'], text: string): unknown {
  if (kind === 'switch') return text === 'true';
  if (kind === 'choice' || kind === 'duration') return text;
  const plain = text.replace(',', '.');
  return kind === 'fraction' ? plain : Number(plain);
}
