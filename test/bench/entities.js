import { getMetadataArgsStorage } from 'typeorm';
import '../../dist/app.module.js';

/** Every table, as the features declare them. */
export const entities = getMetadataArgsStorage().tables.map(({ target }) => target);
