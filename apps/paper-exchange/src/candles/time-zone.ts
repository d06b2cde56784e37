/** A caller's clock: hours, or hours and minutes, from -12:00 to +14:00. */
const ZONE = /^([+-]?)(\d{1,2})(?::([0-5]\d))?$/;
const MINUTE = 60_000;

/** How far ahead of UTC a text such as `8` or `-01:30` is; undefined for any other. */
export function aheadOfZone(text: string): number | undefined {
  const [, sign, hours, minutes = '0'] = ZONE.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const ahead = (Number(hours) * 60 + Number(minutes)) * MINUTE * (sign === '-' ? -1 : 1);
  return ahead < -720 * MINUTE || ahead > 840 * MINUTE ? undefined : ahead;
}
