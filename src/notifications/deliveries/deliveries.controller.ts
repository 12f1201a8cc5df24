import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../../auth/ability.js';
import { RequireAbilities } from '../../auth/access.decorators.js';
import { Caller } from '../../auth/caller.decorator.js';
import type { Principal } from '../../auth/principal.js';
import { Audited } from '../../audit/audited.decorator.js';
import { ApiProblems } from '../../problems/api-problems.decorator.js';
import { NotFound } from '../../problems/common.problems.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryDto, DeliveryPageDto, ListDeliveriesDto } from './delivery.dto.js';
import {
  ChannelConfirmed,
  ChannelInactive,
  ChannelUnconfirmed,
  DeliveryNotReplayable,
} from '../notifications.problems.js';

@ApiTags('Notification channels')
@Controller('notification-channels/:id')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  /** Send a test message to a notification channel */
  @Post('test')
  @HttpCode(202)
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.tested')
  @ApiProblems(NotFound, ChannelInactive, ChannelUnconfirmed)
  testNotificationChannel(@Caller() by: Principal, @Param('id') id: string): Promise<DeliveryDto> {
    return this.deliveries.test(by, id);
  }

  /** Ask the owner of an e-mail channel's address again to confirm it */
  @Post('confirmation')
  @HttpCode(202)
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('channel.confirmation-requested')
  @ApiProblems(NotFound, ChannelInactive, ChannelConfirmed)
  requestConfirmation(@Caller() by: Principal, @Param('id') id: string): Promise<DeliveryDto> {
    return this.deliveries.askAgain(by, id);
  }

  /** List what was sent to a notification channel, newest first */
  @Get('deliveries')
  @RequireAbilities(Ability.ChannelsRead)
  @ApiProblems(NotFound)
  list(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Query() query: ListDeliveriesDto,
  ): Promise<DeliveryPageDto> {
    return this.deliveries.list(by, id, query);
  }

  /** Send a delivery again that was delivered, or that failed for good */
  @Post('deliveries/:deliveryId/replay')
  @HttpCode(202)
  @RequireAbilities(Ability.ChannelsWrite)
  @Audited('delivery.replayed')
  @ApiProblems(NotFound, ChannelInactive, ChannelUnconfirmed, DeliveryNotReplayable)
  replay(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<DeliveryDto> {
    return this.deliveries.replay(by, id, deliveryId);
  }
}
