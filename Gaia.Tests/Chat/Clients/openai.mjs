// OpenAI's own library.
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { apiKey, baseURL, model, prompt, run, weather } from './run.mjs';

const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: prompt }];
const tools = [{ type: 'function', function: weather }];

const cases = {
  async chat() {
    return await client.chat.completions.create({ model, messages });
  },

  async stream() {
    const chunks = [];
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })) {
      chunks.push(chunk);
    }

    return {
      text: chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join(''),
      ids: new Set(chunks.map(chunk => chunk.id)).size,
      finish_reason: chunks.findLast(chunk => chunk.choices.length > 0).choices[0].finish_reason,
      usage: chunks.at(-1).usage,
    };
  },

  // The library calls the function itself and sends back what it returned.
  async tools() {
    const seen = [];
    const runner = client.chat.completions.runTools({
      model,
      messages,
      tools: [{ ...tools[0], function: { ...weather, parse: JSON.parse, function: ({ city }) => { seen.push(city); return 'Sunny'; } } }],
    });
    return { text: await runner.finalContent(), seen };
  },

  async streamedTools() {
    const runner = client.chat.completions.stream({ model, messages, tools });
    const completion = await runner.finalChatCompletion();
    return completion.choices[0].message.tool_calls;
  },

  async parse() {
    const completion = await client.chat.completions.parse({ model, messages, response_format: zodResponseFormat(z.object({ city: z.string() }), 'place') });
    return completion.choices[0].message.parsed;
  },

  async images() {
    const { data } = await client.images.generate({ prompt, n: 2, size: '64x64', response_format: 'b64_json' });
    return data.map(image => image.b64_json.length);
  },

  async models() {
    const models = [];
    for await (const found of client.models.list()) {
      models.push(found);
    }

    return { models, one: await client.models.retrieve(model) };
  },

  async response() {
    const first = await client.responses.create({ model, input: prompt, instructions: 'Be brief' });
    const second = await client.responses.create({ model, input: 'And then?', previous_response_id: first.id });
    return { text: first.output_text, more: second.output_text, usage: first.usage };
  },

  async streamedResponse() {
    const events = [];
    const stream = client.responses.stream({ model, input: prompt, tools: [{ type: 'function', name: 'get_weather', strict: false, parameters: weather.parameters }] });
    for await (const event of stream) {
      events.push(event.type);
    }

    return { events, output: (await stream.finalResponse()).output };
  },

  async embeddings() {
    const { data, usage } = await client.embeddings.create({ model, input: prompt, encoding_format: 'float' });
    return { embedding: data[0].embedding, usage };
  },

  async audio() {
    const speech = await client.audio.speech.create({ model, input: prompt, voice: 'alloy' });
    const file = await OpenAI.toFile(Buffer.from([1, 2, 3]), 'hear.wav');
    const heard = await client.audio.transcriptions.create({ model, file });
    return { bytes: (await speech.arrayBuffer()).byteLength, text: heard.text };
  },

  // Whoever reads no further lets go of the connection.
  async leave() {
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
      if (chunk.choices[0]?.delta.content) {
        return chunk.choices[0].delta.content;
      }
    }
  },
};

await run(cases, error => {
  if (error instanceof OpenAI.OpenAIError) {
    const { status, code, type, param, message } = error;
    return { kind: error.constructor.name, status, code, type, param, message };
  }
});
