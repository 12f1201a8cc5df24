import { describe, expect, it } from '@jest/globals';
import { generateToken } from '../crypto/token.js';
import { JsonLogger } from './logger.js';

describe('the log', () => {
  it('holds no token, wherever in a line it stands', () => {
    const lines: string[] = [];
    const logger = new JsonLogger('debug', { write: (line) => void lines.push(line) });
    const token = generateToken('key');
    logger.log(`Somebody sent ${token}`, 'Test');
    logger.warn({ requestId: token, [token]: 'x' }, 'Test');
    logger.error(new Error(`refused ${token}`), 'Test');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).not.toContain(token.slice(10));
      expect(line).toContain('pulse_key_...');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('keeps the links of an e-mail that is written to it, and no credential', () => {
    const lines: string[] = [];
    const logger = new JsonLogger('debug', { write: (line) => void lines.push(line) });
    const [link, key] = [generateToken('cnf'), generateToken('key')];
    logger.log({ text: `Follow ${link}, ${key}` }, 'Mailer');
    logger.log({ text: `"context":"Mailer" ${link}` }, 'Test');
    expect(lines[0]).toContain(link);
    expect(lines[0]).not.toContain(key.slice(10));
    expect(lines[1]).not.toContain(link.slice(10));
  });
});
