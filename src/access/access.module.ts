import { Module } from '@nestjs/common';
import { AbilitiesController } from './abilities.controller.js';

@Module({ controllers: [AbilitiesController] })
export class AccessModule {}
