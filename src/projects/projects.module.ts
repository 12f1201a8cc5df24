import { Module } from '@nestjs/common';
import { ProjectContents } from './project-contents.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsService } from './projects.service.js';

@Module({
  controllers: [ProjectsController],
  providers: [ProjectsService, ProjectContents],
  exports: [ProjectsService, ProjectContents],
})
export class ProjectsModule {}
