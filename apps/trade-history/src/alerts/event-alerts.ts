/** What one stored event means for the alerts: it opens one, resolves some, or is a person's acknowledgement. */
import {
  Alert,
  AlertAcknowledged,
  AlertEnd,
  DEAD_LETTER_SUBJECT,
  DeadLetter,
  EventEnvelope,
  alertAcknowledged,
  alertEndOf,
  alertOf,
} from '@elvis/contracts';
import { PoolClient } from 'pg';
import { acknowledge, endAlerts, openAlert } from './alert-rows';

/** In the transaction that stores the event. Answers the ids of the alerts that it changed. */
export async function writeAlerts(
  client: PoolClient,
  event: EventEnvelope,
  auditSeq: number,
): Promise<readonly string[]> {
  const { time, traceId, type } = event;
  if (type === alertAcknowledged.type) return acknowledge(client, event.data as AlertAcknowledged);
  const { end, alert } = meaningOf(event);
  const ended = end ? await endAlerts(client, end, time) : [];
  const opened = alert ? await openAlert(client, alert, { time, traceId, auditSeq }) : [];
  return [...ended, ...opened];
}

export async function openDeadLetterAlert(
  client: PoolClient,
  letter: DeadLetter,
): Promise<readonly string[]> {
  const alert = alertOf({ id: '', type: DEAD_LETTER_SUBJECT, data: letter });
  return alert ? openAlert(client, alert, { time: new Date().toISOString() }) : [];
}

/** An event that is not shaped as its kind is still stored; it just wakes nobody. */
function meaningOf(event: EventEnvelope): { readonly alert?: Alert; readonly end?: AlertEnd } {
  try {
    return { alert: alertOf(event), end: alertEndOf(event) };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return {};
    throw error;
  }
}
