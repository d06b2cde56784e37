import { runService } from '@elvis/platform';
import { DashboardConfig } from './dashboard.config';
import { DashboardModule } from './dashboard.module';
import { startDashboard } from './start-dashboard';

void runService({
  name: 'dashboard',
  module: DashboardModule,
  config: DashboardConfig,
  start: startDashboard,
});
