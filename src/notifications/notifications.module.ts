import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NotificationChannel } from './channels/channel.entity.js';
import { Delivery } from './deliveries/delivery.entity.js';
import { AddressConfirmation } from './recipients/address-confirmation.entity.js';
import { DeclinedAddress } from './recipients/declined-address.entity.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { Outbound } from '../egress/outbound.js';
import { TeamsModule } from '../teams/teams.module.js';
import { ConfirmationAnswers } from './recipients/confirmation-answers.js';
import { AddressConfirmations } from './recipients/address-confirmations.js';
import { ChannelsRepository } from './channels/channels.repository.js';
import { ChannelDeactivation } from './channels/channel-deactivation.js';
import { ChannelEvents } from './channels/channel-events.js';
import { ConfigReencryption } from './channels/channel-config.reencryption.js';
import { DeclinedAddresses } from './recipients/declined-addresses.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { TopicsRepository } from './deliveries/topics.repository.js';
import { RecipientsRepository } from './recipients/recipients.repository.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { DeliveryQueue } from './deliveries/delivery-queue.js';
import { DeliveryEvents } from './deliveries/delivery-events.js';
import { DeliveryMetrics } from './deliveries/delivery-metrics.js';
import { AttemptRecorder } from './deliveries/attempt-recorder.js';
import { DeliveryRetention } from './deliveries/delivery-retention.js';
import { DeliveryStatistics } from './deliveries/delivery-statistics.js';
import { DeliveryWorker } from './deliveries/delivery-worker.js';
import { DefaultChannel } from './channels/default-channel.js';
import { HttpClient } from './senders/http-client.js';
import { MailSender } from './senders/mail-sender.js';
import { Mailer } from './senders/mailer.js';
import { NotificationChannelsController } from './channels/channels.controller.js';
import { NotificationChannelsService } from './channels/channels.service.js';
import { Outbox } from './deliveries/outbox.js';
import { RecipientLimits } from './recipients/recipient-limits.js';
import { NotificationSender } from './senders/notification-sender.js';
import { TeamChannels } from './channels/team-channels.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([AddressConfirmation, DeclinedAddress, Delivery, NotificationChannel]),
    AccountsModule,
    TeamsModule,
  ],
  controllers: [NotificationChannelsController, DeliveriesController],
  providers: [
    ChannelsRepository,
    DeliveriesRepository,
    TopicsRepository,
    RecipientsRepository,
    NotificationChannelsService,
    ConfirmationAnswers,
    AddressConfirmations,
    ChannelDeactivation,
    ChannelEvents,
    ConfigReencryption,
    DeclinedAddresses,
    DefaultChannel,
    DeliveriesService,
    DeliveryQueue,
    DeliveryEvents,
    AttemptRecorder,
    DeliveryRetention,
    DeliveryStatistics,
    DeliveryMetrics,
    DeliveryWorker,
    { provide: HttpClient, useExisting: Outbound },
    Mailer,
    MailSender,
    Outbox,
    NotificationSender,
    RecipientLimits,
    TeamChannels,
  ],
  exports: [
    NotificationChannelsService,
    ConfirmationAnswers,
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
