import type { Monitor } from './monitor.entity.js';

type Activity = Pick<Monitor, 'active' | 'status'>;

/** A monitor that is not checked. */
export const paused: Activity = { active: false, status: 'paused' };

/** A monitor whose first check is still to come. */
export const pending: Activity = { active: true, status: 'pending' };
