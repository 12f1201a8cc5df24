import { Global, Module } from '@nestjs/common';
import { OwnOrigin } from './own-origin.js';
import { Pages } from './pages.js';

@Global()
@Module({ providers: [OwnOrigin, Pages], exports: [OwnOrigin, Pages] })
export class HttpModule {}
