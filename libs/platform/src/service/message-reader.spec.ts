import * as contracts from '@elvis/contracts';
import { ApprovedOrder, Approval, PlaceOrder, SubmitOrder, SubmitOrders } from '@elvis/contracts';
import { Type as Kind, ValidationPipe } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, ValidateBy } from 'class-validator';
import fc from 'fast-check';
import { readerOf } from './message-reader';
import { strictValidation } from './strict-validation';

/** As the libraries read it; undefined where they refuse it. */
async function asRead(Class: Kind, plain: unknown): Promise<unknown> {
  const pipe = strictValidation();
  try {
    return await ValidationPipe.prototype.transform.call(pipe, structuredClone(plain), {
      type: 'body',
      metatype: Class,
    });
  } catch {
    return undefined;
  }
}

const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const submitted = {
  clientOrderId: 'a-1',
  actor: 'key:environment',
  remoteIp: '127.0.0.1',
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.002',
  price: '60000',
  timeInForce: 'GTC',
  reduceOnly: true,
  botConfigId: uuid,
};
const approval = {
  approvalId: uuid,
  decisionId: uuid,
  epoch: 7,
  sendByMs: 1_700_000_000_000,
  purpose: 'trade',
  leverage: 5,
  decision: '{}',
  signature: 'a'.repeat(43),
};
const GOOD: readonly (readonly [Kind, Record<string, unknown>])[] = [
  [SubmitOrder, submitted],
  [ApprovedOrder, { ...submitted, positionSide: 'LONG' }],
  [Approval, approval],
  [PlaceOrder, { order: submitted, approval }],
  [SubmitOrders, { orders: [submitted, submitted] }],
  [contracts.FindOrder, { clientOrderId: 'a-1' }],
  [contracts.ListOrders, { limit: '20', status: 'open' }],
  [contracts.CancelOrder, { clientOrderId: 'a-1', actor: 'me' }],
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, true, [], {}, '0', 'LIMIT', 'BUY', '1e3', uuid, [submitted]),
  fc.string(),
);

describe('a message reader', () => {
  it.each(GOOD)('reads a good %p as the libraries do', async (Class, plain) => {
    const read = readerOf(Class)(plain);
    expect(read).toBeInstanceOf(Class);
    expect(read).toStrictEqual(await asRead(Class, plain));
    expect(Object.keys(read ?? {})).toEqual(Object.keys((await asRead(Class, plain)) ?? {}));
  });

  it.each(GOOD)(
    'takes of %p nothing that they refuse, and makes the same of all it takes',
    async (Class, plain) => {
      const names = fc.constantFrom(...Object.keys(plain), 'constructor', '__proto__', 'toString', 'another');
      const changed = fc
        .array(fc.tuple(names, fc.option(odd, { nil: undefined })), { maxLength: 3 })
        .map((changes) => {
          const text = Object.entries({ ...plain }).filter(
            ([name]) => !changes.some(([gone]) => gone === name),
          );
          for (const [name, value] of changes) if (value !== undefined) text.push([name, value]);
          const pairs = text.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
          return JSON.parse(`{${pairs.join(',')}}`) as unknown;
        });
      await fc.assert(
        fc.asyncProperty(changed, async (message) => {
          const read = readerOf(Class)(message);
          if (read !== undefined) expect(read).toStrictEqual(await asRead(Class, message));
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(['text', 7, null, undefined, [submitted], new Date(0), { order: 'text', approval }])(
    'leaves %p to them',
    (plain) => {
      expect(readerOf(PlaceOrder)(plain)).toBeUndefined();
    },
  );

  it('leaves whole classes with rules of another kind to them', () => {
    class Converted {
      @Transform(({ value }) => String(value).trim()) @IsString() readonly name!: string;
    }
    class Grouped {
      @IsString({ groups: ['some'] }) readonly name!: string;
    }
    class Each {
      @IsString({ each: true }) readonly name!: string;
    }
    for (const Class of [Converted, Grouped, Each]) expect(readerOf(Class)({ name: 'me' })).toBeUndefined();
  });

  it('takes no promise for a yes', () => {
    class Later {
      @ValidateBy({ name: 'later', validator: { validate: () => Promise.resolve(true) } })
      readonly name!: string;
    }
    expect(readerOf(Later)({ name: 'me' })).toBeUndefined();
  });

  it('knows the rules of the class that a class extends, its defaults and its numbers', () => {
    class Parent {
      @IsString() @MaxLength(3) readonly name!: string;
      @IsOptional() @IsInt() readonly age: number = 9;
    }
    class Child extends Parent {
      @Type(() => Number) @IsInt() @Max(5) readonly size!: number;
    }
    expect(readerOf(Child)({ name: 'me', size: '5' })).toStrictEqual(
      Object.assign(new Child(), { name: 'me', size: 5 }),
    );
    expect(readerOf(Child)({ name: 'long', size: '5' })).toBeUndefined();
    expect(readerOf(Child)({ name: 'me', size: '6' })).toBeUndefined();
  });
});
