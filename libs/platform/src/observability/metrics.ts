/** The process's metrics. One registry per service, so that two in one test process do not mix. */
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** In milliseconds: prom-client's own 10 wake a process that has nothing to do a hundred times a second. */
const EVENT_LOOP_LOOK_MS = 500;

/** Gauges that are called `_total`, which promtool refuses; the same figures stand beside them by type. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  /** @param addUp brings it up to date when somebody asks: where counting one by one would cost too much */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
    addUp?: () => void,
  ): Counter<Label> {
    return new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(addUp && { collect: addUp }),
    });
  }

  /** @param look brings it up to date when somebody asks */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
    look?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    return new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(look && {
        collect(this: Gauge<Label>) {
          look(this);
        },
      }),
    });
  }

  /** Read when somebody asks. */
  gaugeOf(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}
