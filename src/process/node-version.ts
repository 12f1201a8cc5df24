/** The last release line that gets no security fixes any more, and the one to move to. */
const LAST_ENDED = 20;
const RECOMMENDED = 24;

/** A warning where `version`, such as `20.20.2`, has reached its end of life, otherwise null. */
export const endOfLifeWarning = (version: string): string | null =>
  Number.parseInt(version, 10) <= LAST_ENDED
    ? `Node.js ${version} has reached its end of life and gets no security fixes: run PulseAPI on Node.js ${RECOMMENDED}.`
    : null;
