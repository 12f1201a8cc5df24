/** What two addresses are the same by: written without regard to case, in Unicode NFKC. */
export const emailKey = (email: string): string => email.normalize('NFKC').trim().toLowerCase();
