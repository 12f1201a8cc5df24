import type { HttpClient } from './http-client.js';

/** Every entry of a list, page after page. */
export async function allPages(api: HttpClient, path: string): Promise<any[]> {
  const entries: any[] = [];
  const separator = path.includes('?') ? '&' : '?';
  for (let cursor = ''; ;) {
    const { body, text } = await api.get(`${path}${separator}limit=200${cursor}`);
    if (!body?.data) throw new Error(`${path} was answered ${text}`);
    entries.push(...body.data);
    if (body.nextCursor === null) return entries;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}
