/**
 * What a consumer of events could not store, said aloud so that somebody can be alarmed. The message itself is kept
 * in the table `dead_letters`; this is only the notice.
 */
export interface DeadLetter {
  readonly subject: string;
  /** Its place in the stream of events. */
  readonly sequence: number;
  readonly eventId: string | null;
  readonly problem: string;
}

export const DEAD_LETTER_SUBJECT = 'elvis.dead-letter.trade-history';
