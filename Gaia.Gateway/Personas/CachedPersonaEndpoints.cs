using Gaia.Caching;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Services;
using Gaia.Personas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Gateway.Personas;

/// <summary>
/// The gateway answers itself who reads a persona or the beginning of a list: out of memory, else out of Redis, and only what neither has is asked of Chat,
/// whose routes these stand in for. All else about personas is handed on.
/// </summary>
internal static class CachedPersonaEndpoints
{
    private static readonly string[] Prefixes = ["/api/v1/chat/personas", "/api/v0.2/personas"];

    public static void MapPersonas(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in Prefixes)
        {
            var personas = routes.MapGroup(prefix).ExcludeFromDescription();
            personas.MapGet("/", List);
            personas.MapGet("/{id:guid}", Get);
        }
    }

    private static async Task<IResult> Get(Guid id, HttpContext context, RegionCache<Guid, PersonaView> personas, PersonaResponseCache answers, CancellationToken ct)
    {
        try
        {
            var persona = await personas.GetAsync(id, ct);
            context.Response.MarkStale(persona.IsStale);
            return persona.Value is { } found ? answers.Of(found, IsNamed(context)) : NotFound();
        }
        catch (HttpRequestException)
        {
            return ServiceUnavailable.Problem(context, Resources.Chat);
        }
    }

    private static async Task<IResult> List(
        HttpContext context,
        RegionCache<PersonaFilter, PersonaPage> lists,
        PersonaResponseCache answers,
        ServiceForwarder forwarder,
        CancellationToken ct,
        [FromQuery(Name = "active_only")] bool activeOnly = true,
        [FromQuery(Name = "created_by")] Guid? createdBy = null)
    {
        if (context.Request.Query.ContainsKey("cursor") || context.Request.Query.ContainsKey("limit"))
        {
            await forwarder.ForwardAsync(context, Resources.Chat);
            return Results.Empty;
        }

        try
        {
            var page = await lists.GetAsync(new(activeOnly, createdBy), ct);
            context.Response.MarkStale(page.IsStale);
            return answers.Of(page.Value!, IsNamed(context));
        }
        catch (HttpRequestException)
        {
            return ServiceUnavailable.Problem(context, Resources.Chat);
        }
    }

    private static bool IsNamed(HttpContext context) => context.Features.Get<Caller>() is { Principal.Subject: not null };

    // As Chat says it.
    private static ProblemHttpResult NotFound() => TypedResults.Problem(
        "Persona not found", statusCode: StatusCodes.Status404NotFound, extensions: new Dictionary<string, object?> { ["code"] = "not_found" });
}
