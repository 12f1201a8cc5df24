/** An IPv4 or IPv6 address in its plain form. */
export type Address = string;
