export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const;

/** Which alerts are looked at, as it stands in the address; those that are open where it says nothing. */
export interface AlertSearch {
  readonly state?: (typeof ALERT_STATES)[number];
}

export const alertSearch = ({ state }: Readonly<Record<string, unknown>>): AlertSearch => ({
  state: ALERT_STATES.find((one) => one === state),
});
