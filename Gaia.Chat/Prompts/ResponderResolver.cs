using Gaia.Caching;
using Gaia.Chat.Errors;
using Gaia.Chat.Personas;
using Gaia.Chat.Providers;
using Gaia.Personas;

namespace Gaia.Chat.Prompts;

/// <summary>Finds who speaks: the model that a caller names, and the persona, which may stand in the model's place.</summary>
internal sealed class ResponderResolver(ModelCatalog models, RegionCache<Guid, PersonaView> personas, PersonaNames names, CurrentPersona current)
{
    private const string PersonaPrefix = "persona:";

    /// <exception cref="ChatException">Nobody has that name.</exception>
    public async Task<Responder> FindAsync(string? model, CurrentUser user, CancellationToken ct) =>
        model?.StartsWith(PersonaPrefix, StringComparison.Ordinal) is true
            ? Play(await FindByNameAsync(model[PersonaPrefix.Length..], user, ct))
            : new(Models(model), null);

    /// <summary>The same where somebody always speaks: without a wish, the caller's persona.</summary>
    public async Task<Responder> FindAsync(string? model, Guid? personaId, CurrentUser user, CancellationToken ct)
    {
        if (model?.StartsWith(PersonaPrefix, StringComparison.Ordinal) is true)
        {
            return await FindAsync(model, user, ct);
        }

        var persona = personaId is { } id ? await GetActiveAsync(id, ct) : await current.GetAsync(user, ct);
        return persona is null || !string.IsNullOrEmpty(model) ? new(Models(model), persona) : Play(persona);
    }

    /// <exception cref="ChatException">There is no such persona, or it was deactivated.</exception>
    public async Task<PersonaView> GetActiveAsync(Guid id, CancellationToken ct) =>
        (await personas.GetAsync(id, ct)).Value is { IsActive: true } persona ? persona : throw ChatException.NotFound("Persona");

    private Responder Play(PersonaView persona) => new(Models(persona.Settings?.Model), persona);

    private IReadOnlyList<Model> Models(string? name) => models.For(name) switch
    {
        { Count: > 0 } candidates => candidates,
        _ when string.IsNullOrEmpty(name) =>
            throw new ChatException(StatusCodes.Status503ServiceUnavailable, "no_model", "No model provider has answered yet"),
        _ => throw new ChatException(StatusCodes.Status404NotFound, "model_not_found", $"Model \"{name}\" not found", "model"),
    };

    private async Task<PersonaView> FindByNameAsync(string idOrName, CurrentUser user, CancellationToken ct)
    {
        if (Guid.TryParse(idOrName, out var id))
        {
            return await GetActiveAsync(id, ct);
        }

        return await names.FindAsync(idOrName, user, ct) ?? throw ChatException.NotFound("Persona");
    }
}

/// <param name="Candidates">At least one, best first.</param>
internal sealed record Responder(IReadOnlyList<Model> Candidates, PersonaView? Persona);
