import { Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';
import { Passwords } from './passwords.js';

@Module({ providers: [AccountsService, Passwords], exports: [AccountsService, Passwords] })
export class AccountsModule {}
