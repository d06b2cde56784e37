/** Every venue that is followed, as `GET /api/v1/venues` shows it: each feed says here how it is. */
import { VenueView } from '@elvis/contracts';
import { Injectable } from '@nestjs/common';

@Injectable()
export class Venues {
  private readonly reports: (() => VenueView)[] = [];

  /** `report` is asked whenever somebody looks. */
  register(report: () => VenueView): void {
    this.reports.push(report);
  }

  list(): readonly VenueView[] {
    return this.reports.map((report) => report());
  }
}
