using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Completions;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Responses;

/// <summary>OpenAI's response and its events; stored before its caller has all of it, unless they want it otherwise.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="messages">All that was said before.</param>
/// <param name="store">Where the response is kept.</param>
/// <param name="user">Whose it is.</param>
/// <param name="clock">When it began.</param>
internal sealed class ResponseFormat(
    ResponseRequest request, IReadOnlyList<CompletionMessage> messages, ResponseStore store, CurrentUser user, TimeProvider clock) : IAnswerFormat
{
    private readonly Guid id = Guid.CreateVersion7();
    private readonly DateTimeOffset created = clock.GetUtcNow();

    private ResponseWriter? writer;
    private CompletionWriter? chunks;
    private EventStream? stream;

    public async ValueTask<IResult> WriteWholeAsync(Model model, ChatResponse response, CompletionUsage usage, CancellationToken ct)
    {
        var completion = JsonElement.Parse(Chunks(model).Completion(response, usage).ToJsonString(EventJson.Options));
        ReadChoices(completion, "message", Writer(model));
        var body = Writer(model).End(completion.GetProperty("usage"));
        await StoreAsync(body, ct);
        return TypedResults.Json(body, EventJson.Options);
    }

    public void WriteUpdate(EventStream events, Model model, ChatResponseUpdate update)
    {
        Begin(events, model);
        if (Chunks(model).Chunk(update) is { Length: > 0 } chunk)
        {
            ReadChoices(JsonElement.Parse(chunk.Span), "delta", Writer(model));
        }
    }

    public async ValueTask WriteEndAsync(EventStream events, Model model, CompletionUsage usage, CancellationToken ct)
    {
        Begin(events, model);
        JsonElement counted = default;
        foreach (var chunk in Chunks(model).End(usage))
        {
            var last = JsonElement.Parse(chunk.Span);
            ReadChoices(last, "delta", Writer(model));
            counted = last.GetProperty("usage");
        }

        var body = Writer(model).End(counted);
        await StoreAsync(body, ct);
        Writer(model).Finish(body);
    }

    public void WriteError(EventStream events, CompletionError error)
    {
        stream = events;
        writer ??= new(request, id, created, request.Model, Emit);
        writer.Fail(error.Code, error.Message);
    }

    private void Begin(EventStream events, Model model)
    {
        if (stream is null)
        {
            stream = events;
            Writer(model).Begin();
        }
    }

    private static void ReadChoices(JsonElement completion, string member, ResponseWriter writer)
    {
        foreach (var choice in completion.Elements("choices"))
        {
            if (choice.Member(member, JsonValueKind.Object) is { } said)
            {
                writer.Add(said, choice.Text("finish_reason"), choice.Member("logprobs") ?? default);
            }
        }
    }

    private Task StoreAsync(JsonObject body, CancellationToken ct) =>
        request.Store is false ? Task.CompletedTask : store.AddAsync(id, user, created, body, [.. messages, writer!.Message], ct);

    private void Emit(string type, JsonObject members) => stream?.Write(null, JsonSerializer.SerializeToUtf8Bytes(members, EventJson.Options), type);

    private ResponseWriter Writer(Model model) => writer ??= new(request, id, created, model.Id, Emit);

    private CompletionWriter Chunks(Model model) => chunks ??= new(CompletionWriter.NewId(), created, model) { IncludesUsage = true };
}
