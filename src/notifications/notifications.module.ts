import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { Outbound } from '../egress/outbound.js';
import { TeamsModule } from '../teams/teams.module.js';
import { AddressAnswers } from './address-answers.js';
import { AddressConfirmations } from './address-confirmations.js';
import { ChannelActivity } from './channel-activity.js';
import { ChannelEvents } from './channel-events.js';
import { ConfigRotation } from './config-rotation.js';
import { DeclinedAddresses } from './declined-addresses.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryClaims } from './delivery-claims.js';
import { DeliveryEvents } from './delivery-events.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryResults } from './delivery-results.js';
import { DeliveryRetention } from './delivery-retention.js';
import { DeliveryStatistics } from './delivery-statistics.js';
import { DeliveryWorker } from './delivery-worker.js';
import { FirstChannel } from './first-channel.js';
import { Http } from './http.js';
import { MailSender } from './mail-sender.js';
import { Mailer } from './mailer.js';
import { NotificationChannelsController } from './notification-channels.controller.js';
import { NotificationChannelsService } from './notification-channels.service.js';
import { Outbox } from './outbox.js';
import { SendLimits } from './send-limits.js';
import { Senders } from './senders.js';
import { TeamChannels } from './team-channels.js';

@Module({
  imports: [AccountsModule, TeamsModule],
  controllers: [NotificationChannelsController, DeliveriesController],
  providers: [
    NotificationChannelsService,
    AddressAnswers,
    AddressConfirmations,
    ChannelActivity,
    ChannelEvents,
    ConfigRotation,
    DeclinedAddresses,
    FirstChannel,
    DeliveriesService,
    DeliveryClaims,
    DeliveryEvents,
    DeliveryResults,
    DeliveryRetention,
    DeliveryStatistics,
    DeliveryMetrics,
    DeliveryWorker,
    { provide: Http, useExisting: Outbound },
    Mailer,
    MailSender,
    Outbox,
    Senders,
    SendLimits,
    TeamChannels,
  ],
  exports: [
    NotificationChannelsService,
    AddressAnswers,
    ChannelEvents,
    DeclinedAddresses,
    DeliveriesService,
    DeliveryEvents,
    DeliveryStatistics,
    DeliveryWorker,
    Outbox,
    TeamChannels,
  ],
})
export class NotificationsModule {}
