import {
  AcknowledgeAlert,
  AlertView,
  ListAlerts,
  Page,
  acknowledgeAlert,
  listAlerts,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { StoredAlerts } from './stored-alerts';

@Controller()
export class StoredAlertsController {
  constructor(private readonly alerts: StoredAlerts) {}

  @MessagePattern(listAlerts.subject)
  list(@Payload() wish: ListAlerts): Promise<Page<AlertView>> {
    return this.alerts.list(wish);
  }

  @MessagePattern(acknowledgeAlert.subject)
  acknowledge(@Payload() wish: AcknowledgeAlert): Promise<AlertView> {
    return this.alerts.acknowledge(wish);
  }
}
