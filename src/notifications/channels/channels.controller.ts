import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../../auth/ability.js';
import { RequireAbilities } from '../../auth/access.decorators.js';
import { PlanRequired, TokenSuperseded } from '../../auth/auth.problems.js';
import { Caller } from '../../auth/caller.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { Audited } from '../../audit/audited.decorator.js';
import { PageQuery } from '../../http/page.dto.js';
import { Conditional, Creates, Tagged } from '../../http/representation.js';
import { ApiProblems } from '../../problems/api-problems.decorator.js';
import { NotFound } from '../../problems/common.problems.js';
import {
  CreatedNotificationChannelDto,
  CreateNotificationChannelDto,
  NotificationChannelDto,
  NotificationChannelPageDto,
  UpdateNotificationChannelDto,
} from './channel.dto.js';
import { NotificationChannelsService } from './channels.service.js';
import { ChannelLimitReached, ChannelNameTaken, ChannelWithoutSecret } from '../notifications.problems.js';

@ApiTags('Notification channels')
@Controller('notification-channels')
export class NotificationChannelsController {
  constructor(private readonly channels: NotificationChannelsService) {}

  /** List the notification channels of the current team */
  @Get()
  @RequireAbilities(Ability.ChannelsRead)
  list(@Caller() by: Principal, @Query() query: PageQuery): Promise<NotificationChannelPageDto> {
    return this.channels.list(by, query);
  }

  /**
   * Create a notification channel
   * @remarks An e-mail address that is not the verified one of a member gets one e-mail, which asks to confirm it. Nothing else is sent to it until then.
   */
  @Post()
  @Creates('/v1/notification-channels/{id}')
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.created')
  @ApiProblems(PlanRequired, ChannelLimitReached, ChannelNameTaken, TokenSuperseded)
  create(
    @Caller() by: Principal,
    @Body() input: CreateNotificationChannelDto,
  ): Promise<CreatedNotificationChannelDto> {
    return this.channels.create(by, input);
  }

  /** Read a notification channel */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.ChannelsRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<NotificationChannelDto> {
    return this.channels.get(by, id);
  }

  /**
   * Change a notification channel
   * @remarks A webhook that leads to another origin (scheme, host and port) gets a new signing secret, which is in the answer. An e-mail address that is not the verified one of a member is asked to confirm first.
   */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.updated')
  @ApiProblems(NotFound, PlanRequired, ChannelNameTaken)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateNotificationChannelDto,
  ): Promise<CreatedNotificationChannelDto> {
    return this.channels.update(by, id, input);
  }

  /** Rotate the signing secret of a webhook; for 24 hours messages are signed with both */
  @Post(':id/rotate-secret')
  @Conditional()
  @HttpCode(200)
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.secret-rotated')
  @ApiProblems(NotFound, ChannelWithoutSecret, TokenSuperseded)
  rotateSigningSecret(
    @Caller() by: Principal,
    @Param('id') id: string,
  ): Promise<CreatedNotificationChannelDto> {
    return this.channels.rotateSecret(by, id);
  }

  /** Delete a notification channel, and cancel what waits to be sent to it */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.deleted')
  @ApiProblems(NotFound)
  remove(@Caller() by: Principal, @Param('id') id: string): Promise<void> {
    return this.channels.remove(by, id);
  }
}
