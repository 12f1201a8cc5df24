import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './audit-event.entity.js';
import { AuditEventsController } from './audit-events.controller.js';
import { AuditEventsRepository } from './audit-events.repository.js';
import { AuditEventsService } from './audit-events.service.js';
import { AuditedTransactions } from './audited-transactions.js';
import { DeniedAccessRecorder } from './denied-access-recorder.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  controllers: [AuditEventsController],
  providers: [AuditEventsRepository, AuditEventsService, AuditedTransactions, DeniedAccessRecorder],
  exports: [AuditedTransactions, DeniedAccessRecorder],
})
export class AuditModule {}
