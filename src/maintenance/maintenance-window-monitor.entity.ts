import { Entity, Index, PrimaryColumn } from 'typeorm';
import { ForeignKeyTo } from '../database/columns.js';
import { Monitor } from '../monitors/monitor.entity.js';
import { MaintenanceWindow } from './maintenance-window.entity.js';

/** That a window is for a monitor. */
@Entity('maintenance_window_monitors')
@Index('maintenance_window_monitors_monitorId', ['monitorId', 'windowId'])
@ForeignKeyTo('maintenance_window_monitors_window', 'windowId', () => MaintenanceWindow)
@ForeignKeyTo('maintenance_window_monitors_monitor', 'monitorId', () => Monitor)
export class MaintenanceWindowMonitor {
  @PrimaryColumn('varchar', { length: 40 }) windowId: string;
  @PrimaryColumn('varchar', { length: 40 }) monitorId: string;
}
