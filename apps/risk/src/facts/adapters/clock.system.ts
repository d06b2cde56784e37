import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';

@Injectable()
export class SystemClock extends Clock {
  monotonicMs(): number {
    return performance.now();
  }

  nowMs(): number {
    return Date.now();
  }
}
