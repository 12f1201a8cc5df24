import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { EngineModule } from './engine/engine.module.js';

@Module({
  imports: [MonitorsModule, EngineModule],
})
export class ChecksModule {}
