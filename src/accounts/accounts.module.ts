import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './user.entity.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { Passwords } from './passwords.js';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [AccountsRepository, AccountsService, Passwords],
  exports: [AccountsRepository, AccountsService, Passwords],
})
export class AccountsModule {}
