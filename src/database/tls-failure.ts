/** Why there is no encrypted connection as DATABASE_URL asks for, or null where `error` is about something else. */
export function tlsFailure(error: unknown): string | null {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return 'the server offers no TLS, which ssl-mode in DATABASE_URL asks for';
  if (code === 'HANDSHAKE_SSL_ERROR') return `no TLS as ssl-mode in DATABASE_URL asks for: ${message}`;
  return null;
}
