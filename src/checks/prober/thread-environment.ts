type Environment = Readonly<Record<string, string | undefined>>;

const USES_SYSTEM_CA = /(^|\s)--use-system-ca(\s|$)/;

/**
 * The environment of a thread that makes checks: only what Node.js reads in each thread to know the authorities that
 * the process trusts. The rest holds secrets, and does not concern it.
 *
 * `--use-system-ca` in `NODE_OPTIONS` is handed on as the variable that says the same: in a thread with an
 * environment of its own, Node.js refuses to start for other options there.
 */
export function threadEnvironment(env: Environment = process.env): Record<string, string> {
  const usesSystemCa = env['NODE_USE_SYSTEM_CA'] === '1' || USES_SYSTEM_CA.test(env['NODE_OPTIONS'] ?? '');
  return {
    ...(env['NODE_EXTRA_CA_CERTS'] && { NODE_EXTRA_CA_CERTS: env['NODE_EXTRA_CA_CERTS'] }),
    ...(usesSystemCa && { NODE_USE_SYSTEM_CA: '1' }),
  };
}
