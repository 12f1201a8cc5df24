/** The password the operator gives to a command that makes an account: not on the command line, where others see it. */
export const givenPassword = (): string | null => process.env['PULSE_PASSWORD'] || null;
