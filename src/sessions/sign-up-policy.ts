/** Who may sign up: whoever comes first, nobody, or anyone. */
export type SignUpPolicy = 'first' | 'closed' | 'open';
