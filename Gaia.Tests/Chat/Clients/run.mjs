/** Runs a case of a script that is started as: node script.mjs BASE_URL KEY CASE MODEL PROMPT. Prints what the case found as one line of JSON. */
export const [baseURL, apiKey, name, model, prompt] = process.argv.slice(2);

/** A function for models to call. */
export const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

export async function run(cases, describeError = () => undefined) {
  try {
    console.log(JSON.stringify({ result: await cases[name]() }));
  } catch (error) {
    const described = describeError(error);
    if (!described) {
      throw error;
    }

    console.log(JSON.stringify({ error: described }));
  }
}
