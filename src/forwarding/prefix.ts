/**
 * The target of a request as the routes know it. `prefix` is the path of `PUBLIC_URL`: it is taken off where the
 * proxy has left it on, so that both kinds of proxy work. Also of the absolute form (RFC 9112, 3.2.2).
 */
export function withoutPrefix(prefix: string, url: string): string {
  const target = /^https?:/i.test(url) ? url.replace(/^https?:\/\/[^/?#]*/i, '') : url;
  const isWithin =
    prefix !== '' && target.startsWith(prefix) && /^(?:[/?]|$)/.test(target.slice(prefix.length));
  const path = isWithin ? target.slice(prefix.length) : target;
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}
