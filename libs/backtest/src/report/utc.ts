/** Times as a person reads them, in UTC, from milliseconds alone. */
const DAY_MS = 86_400_000;

/** Year, month and day of so many days since 1970-01-01. Howard Hinnant, "chrono-compatible date algorithms". */
function civil(days: number): readonly [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const part = Math.floor((5 * dayOfYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  return [
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfYear - Math.floor((153 * part + 2) / 5) + 1,
  ];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-01` */
export function monthOf(timeMs: number): string {
  const [year, month] = civil(Math.floor(timeMs / DAY_MS));
  return `${year}-${two(month)}`;
}

/** `2026-01-31 23:59` */
export function minuteOf(timeMs: number): string {
  const days = Math.floor(timeMs / DAY_MS);
  const [year, month, day] = civil(days);
  const minutes = Math.floor((timeMs - days * DAY_MS) / 60_000);
  return `${year}-${two(month)}-${two(day)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
