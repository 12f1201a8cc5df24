import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Patch, Post, Put, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Authenticated, Public, RequireAbilities, SessionOnly } from '../auth/access.decorators.js';
import { Audited } from './audited.decorator.js';
import { RouteDeclarationCheck } from './route-declaration-check.js';

/** Starts a program that has these routes and nothing else. */
async function start(controller: Type): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers: [controller],
    providers: [RouteDeclarationCheck],
  }).compile();
  await module.init();
  await module.close();
}

describe('a program', () => {
  it('starts when every route says who may use it and what it leaves in the audit log', async () => {
    @Controller('things')
    class Things {
      @Get() @Public() list(): void {}
      @Get(':id') @Authenticated() get(): void {}
      @Post() @RequireAbilities('projects:write') @Audited('project.created') create(): void {}
      @Delete() @SessionOnly() @Audited('project.deleted') remove(): void {}
      helper(): void {}
    }
    await expect(start(Things)).resolves.toBeUndefined();
  });

  it('does not start with a route that declares no access', async () => {
    @Controller('things')
    class Things {
      @Get() list(): void {}
    }
    await expect(start(Things)).rejects.toThrow('Things.list declares no access');
  });

  it.each([Post, Put, Patch, Delete])(
    'does not start with a route that changes something and names no event',
    async (Method) => {
      @Controller('things')
      class Things {
        @Method() @Public() change(): void {}
      }
      await expect(start(Things)).rejects.toThrow('Things.change declares no audit action');
    },
  );

  it('names every route that is at fault', async () => {
    @Controller('things')
    class Things {
      @Get() list(): void {}
      @Post() create(): void {}
    }
    await expect(start(Things)).rejects.toThrow(
      /Things.list declares no access\nThings.create declares no access\nThings.create declares no audit action$/,
    );
  });

  it('cannot be written with a route that requires an ability and names none', () => {
    expect(() => RequireAbilities()).toThrow('@Requires() names no ability');
  });

  it('cannot be written with a route that declares its access twice', () => {
    const write = () => {
      class Things {
        @Public() @RequireAbilities('projects:read') list(): void {}
      }
      return Things;
    };
    expect(write).toThrow('Things.list declares its access twice');
  });
});
