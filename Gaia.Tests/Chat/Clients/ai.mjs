// Vercel's AI SDK, by both of its providers: "compatible" in front of a case takes the one for compatible services.
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateObject, generateText, jsonSchema, stepCountIs, streamObject, streamText, tool } from 'ai';
import { z } from 'zod';
import { apiKey, baseURL, model, prompt, run, weather } from './run.mjs';

const openai = createOpenAI({ baseURL, apiKey });
const compatible = createOpenAICompatible({ name: 'gaia', baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true });
const schema = z.object({ city: z.string() });

function casesOf(language, embedding) {
  const common = { model: language, maxRetries: 0 };
  return {
    async text() {
      const { text, finishReason, usage } = await generateText({ ...common, prompt });
      return { text, finishReason, tokens: usage.totalTokens };
    },

    async stream() {
      const { textStream, finishReason, usage } = streamText({ ...common, prompt });
      const parts = await collect(textStream);
      return { parts, finishReason: await finishReason, tokens: (await usage).totalTokens };
    },

    async object() {
      return (await generateObject({ ...common, prompt, schema })).object;
    },

    async streamedObject() {
      const { partialObjectStream, object } = streamObject({ ...common, prompt, schema });
      await collect(partialObjectStream);
      return await object;
    },

    async tools() {
      const seen = [];
      const { text, steps } = await generateText({
        ...common, prompt, stopWhen: stepCountIs(3),
        tools: { [weather.name]: tool({ description: weather.description, inputSchema: jsonSchema(weather.parameters), execute: ({ city }) => { seen.push(city); return 'Sunny'; } }) },
      });
      return { text, seen, steps: steps.length };
    },

    async embedding() {
      return (await embed({ model: embedding, value: prompt, maxRetries: 0 })).embedding;
    },
  };
}

async function collect(parts) {
  const all = [];
  for await (const part of parts) {
    all.push(part);
  }

  return all;
}

const cases = {};
for (const [prefix, language, embedding] of [
  ['chat', openai.chat(model), openai.textEmbeddingModel(model)],
  ['responses', openai.responses(model), openai.textEmbeddingModel(model)],
  ['compatible', compatible(model), compatible.textEmbeddingModel(model)],
]) {
  for (const [name, run] of Object.entries(casesOf(language, embedding))) {
    cases[`${prefix}.${name}`] = run;
  }
}

await run(cases, error => ({ kind: error.constructor.name, status: error.statusCode, message: error.message, body: error.responseBody }));
