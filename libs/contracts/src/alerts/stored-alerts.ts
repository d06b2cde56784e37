/** Alerts as trade-history keeps them: one is open for a kind and a key, and counts what comes while it is. */
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import { command, event, marketFeed, query } from '../messages/contract';
import { Page } from '../messages/orders/order-queries';
import { ALERT_KIND_NAMES, AlertKind, AlertSeverity } from './alert-kinds';

export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export class AlertView {
  readonly id!: string;
  readonly kind!: AlertKind;
  readonly severity!: AlertSeverity;
  readonly state!: AlertState;
  readonly key!: string;
  readonly text!: string;
  readonly figures!: Readonly<Record<string, string>>;
  readonly openedAtMs!: number;
  readonly lastAtMs!: number;
  readonly count!: number;
  /** Of the request that the first of them came of, and where the audit log has it. */
  readonly traceId!: string | null;
  readonly auditSeq!: number | null;
  readonly acknowledgedAtMs!: number | null;
  readonly acknowledgedBy!: string | null;
  readonly note!: string | null;
  readonly resolvedAtMs!: number | null;
}

export class ListAlerts {
  @IsOptional() @IsIn(ALERT_STATES) readonly state?: AlertState;
  @IsOptional() @IsIn(ALERT_KIND_NAMES) readonly kind?: AlertKind;
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
  @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
}

export class AcknowledgeAlert {
  @IsUUID() readonly alertId!: string;
  @IsString() @Length(1, 500) readonly note!: string;
  @IsString() @MaxLength(100) readonly actor!: string;
}

export class AlertAcknowledged {
  readonly alertId!: string;
  readonly kind!: AlertKind;
  readonly key!: string;
  readonly actor!: string;
  readonly note!: string;
  readonly acknowledgedAtMs!: number;
}

/** Newest first. */
export const listAlerts = query<ListAlerts, Page<AlertView>>('elvis.query.trade-history.alerts', ListAlerts);
/** The first acknowledgement stands: a second one is answered with it. @throws ALERT_NOT_FOUND */
export const acknowledgeAlert = command<AcknowledgeAlert, AlertView>(
  'elvis.command.trade-history.acknowledge-alert',
  AcknowledgeAlert,
);
/** A person has seen an alert, and says so. */
export const alertAcknowledged = event('elvis.event.alert.acknowledged', AlertAcknowledged);
/** Each alert that was opened, counted, acknowledged or resolved. */
export const alertFeed = marketFeed('elvis.presence.alert', AlertView);
