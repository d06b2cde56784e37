/** JSON Schema of a TypeScript type, as the compiler sees it, with the comments of its fields as descriptions. */
import ts from 'typescript';

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
}

export class TypeSchemas {
  constructor(private readonly checker: ts.TypeChecker) {}

  of(type: ts.Type): JsonSchema {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.ofUnion(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (this.checker.isTupleType(type)) {
      const items = this.checker.getTypeArguments(type as ts.TypeReference).map((item) => this.of(item));
      return { type: 'array', prefixItems: items };
    }
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: item ? this.of(item) : {} };
    }
    return this.ofObject(type);
  }

  private ofUnion(type: ts.UnionType): JsonSchema {
    const members = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const booleans = members.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const rest = members.filter((member) => !booleans.includes(member));
    const schemas = [
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((member) => this.of(member))),
      ...rest.map((member) => this.of(member)),
    ];
    const [only] = schemas;
    if (only && schemas.length === 1) return only;
    if (schemas.every((schema) => typeof schema.const === 'string')) {
      return { type: 'string', enum: schemas.map((schema) => schema.const) };
    }
    const isPlain = schemas.every(
      (schema) => typeof schema.type === 'string' && Object.keys(schema).length === 1,
    );
    return isPlain ? { type: schemas.map(({ type: name }) => name as string) } : { anyOf: schemas };
  }

  private ofObject(type: ts.Type): JsonSchema {
    const index = type.getStringIndexType();
    if (index) return { type: 'object', additionalProperties: this.of(index) };
    const fields = this.checker.getPropertiesOfType(type);
    const properties = fields.map((field) => {
      const schema = this.of(this.checker.getTypeOfSymbol(field));
      const description = commentOf(field, this.checker);
      return [field.name, description ? { description, ...schema } : schema] as const;
    });
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name),
    };
  }
}

export const commentOf = (symbol: ts.Symbol, checker: ts.TypeChecker): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
