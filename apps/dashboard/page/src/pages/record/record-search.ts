/** Which id the record is asked about, as it stands in the address: a link is the view. */
export interface RecordSearch {
  readonly id?: string;
}

/** A number of the audit log is read from an address as a number. */
export const recordSearch = ({ id }: Readonly<Record<string, unknown>>): RecordSearch => {
  const text = typeof id === 'string' || typeof id === 'number' ? String(id).trim() : '';
  return { id: text === '' ? undefined : text };
};
