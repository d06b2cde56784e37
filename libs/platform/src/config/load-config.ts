/** Turns environment variables into a frozen, validated object, or stops the process and says why. */
import 'reflect-metadata';
import { parsePositiveDecimal } from '@elvis/trading';
import { plainToInstance, Transform } from 'class-transformer';
import { getMetadataStorage, ValidateBy, validateSync } from 'class-validator';

export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** Names every offending variable and its rule, never its value: a value may be a secret. */
  constructor(
    service: string,
    readonly problems: readonly string[],
  ) {
    super(`${service} cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** The environment of this process, as it stands. */
export const readEnvironment = (): Environment => process.env;

/** A configuration whose variables must also fit each other; each problem is one sentence without values. */
export interface SelfChecking {
  problems(): readonly string[];
}

const PREFIXED = Symbol('prefixed');

/** Gathers every variable that begins with `prefix` into one record, keyed by the rest of the name. */
export const Prefixed =
  (prefix: string): PropertyDecorator =>
  (target, property) => {
    const known = (Reflect.getMetadata(PREFIXED, target) ?? {}) as Record<string, string>;
    Reflect.defineMetadata(PREFIXED, { ...known, [property as string]: prefix }, target);
  };

/**
 * Reads `env` into a `Config`. A variable that is set but empty counts as not set, except where its absence
 * would be an error too.
 *
 * @throws ConfigError naming every problem at once
 */
export function loadConfig<T extends object>(
  Config: new () => T,
  env: Environment = process.env,
): Readonly<T> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const prefixes = (Reflect.getMetadata(PREFIXED, Config.prototype as object) ?? {}) as Record<
    string,
    string
  >;
  const gathered = Object.entries(prefixes).map(([property, prefix]) => [
    property,
    Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    ),
  ]);
  const config = plainToInstance(
    Config,
    { ...given, ...Object.fromEntries(gathered) },
    { exposeDefaultValues: true },
  );
  const problems = validateSync(config, { whitelist: true, forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (problems.length === 0 && isSelfChecking(config)) problems.push(...config.problems());
  if (problems.length > 0) throw new ConfigError(Config.name, problems);
  return Object.freeze(config);
}

/** The environment variables a config reads: by name, and as families that share a prefix. */
export interface ConfigVariables {
  readonly names: readonly string[];
  readonly families: readonly { readonly property: string; readonly prefix: string }[];
}

export function variablesOf(Config: new () => object): ConfigVariables {
  const prefixes = (Reflect.getMetadata(PREFIXED, Config.prototype as object) ?? {}) as Record<
    string,
    string
  >;
  const rules = getMetadataStorage().getTargetValidationMetadatas(Config, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  return {
    names: [...names].filter((name) => !(name in prefixes)),
    families: Object.entries(prefixes).map(([property, prefix]) => ({ property, prefix })),
  };
}

const isSelfChecking = (config: object): config is SelfChecking =>
  'problems' in config && typeof config.problems === 'function';

/** Only the word `true` is true: `1`, `yes` and `TRUE` are not. */
export const OnlyTrue = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => value === 'true' || value === true);

/** A positive decimal, or the word `off`, which lifts the limit and is warned about at every start. */
export const IsPositiveDecimalOrOff = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPositiveDecimalOrOff',
    validator: {
      validate: (value: unknown) => value === 'off' || parsePositiveDecimal(value) !== undefined,
      defaultMessage: () => '$property must be a positive decimal, or the word off',
    },
  });

/** A comma-separated list, blanks around its parts ignored. */
export const CommaSeparated = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part.length > 0)
      : value,
  );
