using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Completions;

/// <summary>OpenAI's own routes, for OpenAI's own libraries.</summary>
internal static class CompletionEndpoints
{
    // Images come inside the body.
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapCompletions(this IEndpointRouteBuilder routes)
    {
        var openAI = routes.MapGroup("/v1").WithTags("OpenAI").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        openAI.MapPost("/chat/completions", Create).WithName("CreateCompletion").WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .WithIdempotencyLease<CompletionRequest>(request => request.Stream is not true)
            .Produces<Completion>().StreamsEvents().FailsForModels()
            .WithSummary("Create a chat completion")
            .WithDescription("OpenAI's chat completions API. `model` is a model, or `persona:` and a persona's id or name. Nothing is stored but the usage.");
        openAI.MapGet("/models", List).WithName("ListModels")
            .WithSummary("List models").WithDescription("The models of all providers, the default one first, and the caller's personas.");
        openAI.MapGet("/models/{*id}", Get).WithName("GetModel").FailsWith(StatusCodes.Status404NotFound, "There is no such model or persona.")
            .WithSummary("Get a model").WithDescription("Shows a model, or a persona as a model.");
    }

    private static Task<IResult> Create(CompletionRequest request, CurrentUser user, CreateCompletion create, TimeProvider clock, CancellationToken ct) =>
        create.HandleAsync(request, new ChatCompletionFormat(request.StreamOptions?.IncludeUsage is true, clock), user, ct);

    private static async Task<ModelList> List(CurrentUser user, ModelCatalog models, PersonaNames personas, CancellationToken ct)
    {
        var own = await personas.OfAsync(user, ct);
        return new(
        [
            .. models.All.DistinctBy(m => m.Id).Select(Describe),
            .. own.Select(p => new ModelView($"persona:{p.Id}", p.CreatedAt.ToUnixTimeSeconds(), p.Name)),
        ]);
    }

    private static async Task<ModelView> Get(string id, CurrentUser user, ModelCatalog models, ResponderResolver responders, CancellationToken ct)
    {
        // Routing leaves escaped slashes as they are.
        var name = Uri.UnescapeDataString(id);
        if (models.For(name) is [var model, ..])
        {
            return Describe(model);
        }

        var responder = await responders.FindAsync(name, user, ct);
        return new(name, responder.Persona!.CreatedAt.ToUnixTimeSeconds(), responder.Persona.Name);
    }

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
