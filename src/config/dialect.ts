/**
 * Which family of databases this process uses. Decided once, when the program is loaded, because entities
 * and migrations describe their columns at that moment.
 */
export const dialect: 'sqlite' | 'mysql' = process.env['DATABASE_URL'] ? 'mysql' : 'sqlite';
