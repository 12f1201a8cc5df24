import type { Monitor } from './monitor.entity.js';

type Activity = Pick<Monitor, 'active' | 'status'>;

/** A monitor that is not checked. */
export const pausedStatus: Activity = { active: false, status: 'paused' };

/** A monitor whose first check is still to come. */
export const pendingStatus: Activity = { active: true, status: 'pending' };
