using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Refusals;
using Gaia.Chat.Usage;
using Gaia.Personas;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>OpenAI's own routes, for OpenAI's own libraries.</summary>
internal static class CompletionEndpoints
{
    // Images come inside the body.
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapCompletions(this IEndpointRouteBuilder routes)
    {
        var openAI = routes.MapGroup("/v1").WithTags("OpenAI").RequireScope(Scopes.Chat).AddEndpointFilter<RefusalFilter>();

        openAI.MapPost("/chat/completions", Complete).WithName("CreateCompletion").WithMetadata(new RequestSizeLimitAttribute(BodyLimit));
        openAI.MapGet("/models", List).WithName("ListModels");
        openAI.MapGet("/models/{*id}", Get).WithName("GetModel");
    }

    private static async Task<IResult> Complete(
        CompletionRequest request, CurrentUser user, Cast cast, ModelCaller models, UsageLog usage, TimeProvider clock, CancellationToken ct)
    {
        var part = await cast.Find(request.Model, user, ct);
        var options = CompletionOptions.Of(request);
        var messages = ContextWindow.Fit(Prompt(part.Persona, request), part.Candidates[0], options.MaxOutputTokens);

        if (request.Stream is true)
        {
            var stream = await models.Stream(part.Candidates, messages, options, ct);
            var streamed = new Consumption(stream.Model, messages);
            var writing = new CompletionWriting(CompletionWriting.NewId(), clock.GetUtcNow(), stream.Model);
            return new CompletionStream(stream, writing, streamed, request.StreamOptions?.IncludeUsage is true, () => Record(streamed));
        }

        var (model, response) = await models.Complete(part.Candidates, messages, options, ct);
        var consumption = new Consumption(model, messages);
        consumption.Add(response);
        Record(consumption);
        return TypedResults.Ok(new CompletionWriting(CompletionWriting.NewId(), clock.GetUtcNow(), model).Completion(response, consumption.Tokens));

        void Record(Consumption taken) => usage.Add(taken.Record(user.Id!.Value, part.Persona?.Id, clock.GetUtcNow()));
    }

    private static List<ChatMessage> Prompt(PersonaView? persona, CompletionRequest request)
    {
        var messages = CompletionReading.Messages(request.Messages);
        return persona is null ? messages : [PersonaPrompt.Of(persona), .. messages];
    }

    private static async Task<ModelList> List(CurrentUser user, ModelCatalog models, PersonaNames personas, CancellationToken ct)
    {
        var own = await personas.Of(user, ct);
        return new(
        [
            .. models.All.DistinctBy(m => m.Id).Select(Describe),
            .. own.Select(p => new ModelView($"persona:{p.Id}", p.CreatedAt.ToUnixTimeSeconds(), p.Name)),
        ]);
    }

    private static ModelView Get(string id, ModelCatalog models) => models.For(id) is [var model, ..]
        ? Describe(model)
        : throw new ChatRefusal(StatusCodes.Status404NotFound, "model_not_found", $"Model \"{id}\" not found", "model");

    // When a model came to be is not known to Gaia; OpenAI's libraries want a number.
    private static ModelView Describe(Model model) => new(model.Id, 0, model.Provider.Name);
}

internal sealed record ModelList(IReadOnlyList<ModelView> Data)
{
    public string Object { get; } = "list";
}

internal sealed record ModelView(string Id, long Created, string OwnedBy)
{
    public string Object { get; } = "model";
}
