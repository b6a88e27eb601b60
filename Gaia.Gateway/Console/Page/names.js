import { call } from './api.js';

const pageSize = 100;
const pageLimit = 20;

// All pages of a list; the first two thousand of what is longer.
async function all(path, list, signal) {
  const found = [];
  let cursor = null;
  for (let page = 0; page < pageLimit; page++) {
    const answer = await call(`${path}?${new URLSearchParams({ limit: pageSize, ...(cursor ? { cursor } : {}) })}`, { signal });
    found.push(...answer[list]);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return found;
}

// What users and keys are called, by their ids. Who has no name is shown by the id.
export const userNames = async signal => new Map((await all('/api/v1/auth/users', 'users', signal)).map(user => [user.id, user.email ?? user.name]));

export const keyNames = async signal => new Map((await all('/api/v1/admin/api-keys', 'api_keys', signal)).map(key => [key.id, `${key.name} (${ownerName(key.owner)})`]));

export const personaNames = async signal =>
  new Map((await call('/api/v1/chat/personas?active_only=false', { signal })).personas.map(persona => [persona.id, persona.name]));

export const ownerName = owner => owner.email ?? owner.name ?? owner.id;
