/**
 * The `operationId` of a route: what its handler does to what its controller is about, as in
 * `createApiKey` or `listApiKeys`. A handler whose name has an object already, such as `switchTeam`,
 * keeps its name.
 */
export function operationName(controller: string, handler: string): string {
  if (/[A-Z]/.test(handler)) return handler;
  const noun = controller.replace(/Controller$/, '');
  return handler + (handler === 'list' ? noun : singular(noun));
}

/** The singular of an English noun in the regular plural; any other word as it is. */
export function singular(noun: string): string {
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`;
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}
