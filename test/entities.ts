import { getMetadataArgsStorage } from 'typeorm';
import '../src/app.module.js';

/** Every table, as the features declare them. */
export const entities = getMetadataArgsStorage().tables.map(({ target }) => target as new () => object);
