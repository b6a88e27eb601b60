// LangChain's models of OpenAI.
import { AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { apiKey, baseURL, model, prompt, run, weather } from './run.mjs';

const chat = new ChatOpenAI({ model, apiKey, configuration: { baseURL }, maxRetries: 0 });
const tools = [{ type: 'function', function: weather }];

await run({
  async text() {
    const { content, usage_metadata, response_metadata } = await chat.invoke(prompt);
    return { text: content, tokens: usage_metadata.total_tokens, finishReason: response_metadata.finish_reason };
  },

  // Chunks are concatenated, so a field that comes twice is there twice.
  async stream() {
    let all = new AIMessageChunk('');
    for await (const chunk of await chat.stream(prompt)) {
      all = all.concat(chunk);
    }

    return { text: all.content, tokens: all.usage_metadata.total_tokens, finishReason: all.response_metadata.finish_reason };
  },

  async object() {
    return await chat.withStructuredOutput(z.object({ city: z.string() }), { method: 'jsonSchema' }).invoke(prompt);
  },

  async objectByCall() {
    return await chat.withStructuredOutput(z.object({ city: z.string() }), { name: weather.name, method: 'functionCalling' }).invoke(prompt);
  },

  async tools() {
    return (await chat.bindTools(tools).invoke(prompt)).tool_calls;
  },

  async streamedTools() {
    let all = new AIMessageChunk('');
    for await (const chunk of await chat.bindTools(tools).stream(prompt)) {
      all = all.concat(chunk);
    }

    return all.tool_calls;
  },

  async responses() {
    return (await new ChatOpenAI({ model, apiKey, configuration: { baseURL }, maxRetries: 0, useResponsesApi: true }).invoke(prompt)).text;
  },

  async embedding() {
    return await new OpenAIEmbeddings({ model, apiKey, configuration: { baseURL }, maxRetries: 0 }).embedQuery(prompt);
  },
});
