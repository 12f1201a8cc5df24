// What Linux tells of a process; NaN elsewhere.
import { readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** What it has used of a core. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** The memory it has, in MiB. */
export function residentMiB(pid) {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.round(Number(kib) / 1024);
  } catch {
    return Number.NaN;
  }
}
