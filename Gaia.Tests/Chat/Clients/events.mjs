// Libraries that read event streams: a message is sent by one, and its stream read again by the other.
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource } from 'eventsource';
import { apiKey, baseURL, model, prompt, run } from './run.mjs';

// It was written for browsers.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' };
const done = '[DONE]';

async function send(onmessage) {
  let address;
  await fetchEventSource(new URL('/api/v1/chat', baseURL), {
    method: 'POST',
    headers,
    body: JSON.stringify({ model, message: prompt, stream: true }),
    openWhenHidden: true,
    async onopen(response) {
      if (!response.ok) {
        throw new Error(`${response.status} ${await response.text()}`);
      }

      address = new URL(`/api/v1/chat/streams/${response.headers.get('x-request-id')}`, baseURL);
    },

    // It takes comments for messages without data.
    onmessage(event) {
      if (event.data) {
        onmessage(event);
      }
    },

    onerror(error) { throw error; },
  });
  return address;
}

const textOf = events => events.filter(event => event.data !== done).map(event => JSON.parse(event.data)).map(event => event.choices?.[0]?.delta?.content ?? '').join('');

await run({
  async sendAndReadAgain() {
    const sent = [];
    const address = await send(event => sent.push(event));
    const read = [];
    const source = new EventSource(address, { fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }) });
    await new Promise((resolve, reject) => {
      source.onmessage = event => {
        read.push(event);
        if (event.data === done) {
          resolve();
        }
      };
      source.onerror = reject;
    });
    source.close();
    return { sent: textOf(sent), read: textOf(read), last: sent.at(-1).data, ids: new Set(sent.map(event => event.id)).size === sent.length };
  },
});
