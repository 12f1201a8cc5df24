import type { EntityManager, EntityTarget, FindOptionsOrder, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { dialect } from '../config/dialect.js';

const lock = dialect === 'mysql' ? { lock: { mode: 'pessimistic_write' as const } } : {};

/**
 * Reads a row and holds it until the transaction ends, so that what is decided from it stays true.
 * SQLite needs no lock: its transactions already run one after the other.
 */
export const findLocked = <T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
): Promise<T | null> => manager.findOne(entity, { where, ...lock });

/** The same for the first in an order. */
export const findFirstLocked = <T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  order: FindOptionsOrder<T>,
): Promise<T | null> => manager.findOne(entity, { where, order, ...lock });

/** The same for all rows that there are. */
export const findAllLocked = <T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
): Promise<T[]> => manager.find(entity, { where, ...lock });
