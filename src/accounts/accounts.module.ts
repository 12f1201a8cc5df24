import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './user.entity.js';
import { AccountsService } from './accounts.service.js';
import { Passwords } from './passwords.js';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [AccountsService, Passwords],
  exports: [AccountsService, Passwords],
})
export class AccountsModule {}
