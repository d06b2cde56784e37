/** Reads which kinds each channel is told of: `ALERT_KINDS_<CHANNEL>` = kinds with commas between. */
import { TOLD_KINDS, ToldKind } from '@elvis/contracts';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const CHANNELS = ['WEBHOOK', 'SLACK', 'DISCORD', 'TELEGRAM', 'MAIL'];

export type KindsByChannel = Readonly<Record<string, readonly ToldKind[]>>;

export const SplitByComma = (): PropertyDecorator =>
  Transform(({ value }: { value: Readonly<Record<string, unknown>> }) =>
    Object.fromEntries(
      Object.entries(value).map(([name, kinds]) => [
        name,
        typeof kinds === 'string' ? kinds.split(',').map((kind) => kind.trim()) : kinds,
      ]),
    ),
  );

export const AreAlertKinds = (): PropertyDecorator =>
  ValidateBy({
    name: 'areAlertKinds',
    validator: {
      validate: (value: KindsByChannel) =>
        Object.entries(value).every(
          ([channel, kinds]) =>
            CHANNELS.includes(channel) && kinds.every((kind) => TOLD_KINDS.includes(kind)),
        ),
      defaultMessage: () =>
        `ALERT_KINDS_<CHANNEL> must be of ${TOLD_KINDS.join(' ')}, with commas between; channels are ${CHANNELS.join(' ')}`,
    },
  });
