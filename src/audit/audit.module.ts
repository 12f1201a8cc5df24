import { Global, Module } from '@nestjs/common';
import { AuditEventsController } from './audit-events.controller.js';
import { AuditEventsService } from './audit-events.service.js';
import { Changes } from './changes.js';
import { Denials } from './denials.js';

@Global()
@Module({
  controllers: [AuditEventsController],
  providers: [AuditEventsService, Changes, Denials],
  exports: [Changes, Denials],
})
export class AuditModule {}
