using System.ComponentModel.DataAnnotations;
using Gaia.Caching.Outbox;
using Gaia.Chat.Errors;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>The current persona of the caller.</summary>
internal static class PersonaChoiceEndpoints
{
    /// <param name="personas">The group to map the routes in.</param>
    /// <param name="version">The suffix of the endpoint names, which are unique across API versions.</param>
    public static void MapPersonaChoice(this RouteGroupBuilder personas, string version = "")
    {
        personas.MapGet("/current", Current).WithName($"GetCurrentPersona{version}").RequireAuthorization()
            .WithSummary("Get the current persona").WithDescription("The persona that the caller chose, or the default one.")
            .FailsWith(StatusCodes.Status404NotFound, "There is no default persona.");
        personas.MapDelete("/current", Reset).WithName($"ResetCurrentPersona{version}").RequireAuthorization()
            .WithSummary("Reset the current persona").WithDescription("Makes the default persona the caller's again.");
        personas.MapPost("/set", Set).WithName($"SetCurrentPersona{version}").RequireAuthorization()
            .WithSummary("Set the current persona").WithDescription("Chooses the persona that answers the caller where a request names none.")
            .FailsWith(StatusCodes.Status404NotFound, "No active persona has the id.");
        personas.MapPost("/initialize-default", InitializeDefault).WithName($"InitializeDefaultPersona{version}").RequireAuthorization()
            .WithSummary("Create the default persona").WithDescription("Creates the default persona if it is missing, and shows it.");
    }

    private static async Task<PersonaAnswer> Current(CurrentUser user, CurrentPersona current, CancellationToken ct) =>
        new(await current.GetAsync(user, ct) ?? throw ChatException.NotFound("Persona"), "Persona retrieved successfully");

    private static async Task<PersonaChosen> Set(
        PersonaWish wish, CurrentUser user, ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        if (!await db.Personas.AnyAsync(p => p.Id == wish.PersonaId && p.IsActive, ct))
        {
            throw ChatException.NotFound("Persona");
        }

        var now = clock.GetUtcNow();
        if (await db.PersonaPreferences.FindAsync([user.Id], ct) is { } preference)
        {
            (preference.PersonaId, preference.UpdatedAt) = (wish.PersonaId!.Value, now);
        }
        else
        {
            db.Add(new PersonaPreference { UserId = user.Id!.Value, PersonaId = wish.PersonaId!.Value, UpdatedAt = now });
        }

        db.Invalidate(PersonaCache.Choices, user.Id!.Value);
        db.Record(new PreferenceSet(user.Id!.Value, wish.PersonaId));
        await db.SaveChangesAsync(ct);
        return new("Persona set successfully", user.Id!.Value, wish.PersonaId, now);
    }

    private static async Task<PersonaChosen> Reset(CurrentUser user, ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.PersonaPreferences.FindAsync([user.Id], ct) is { } preference)
        {
            db.Remove(preference);
            db.Invalidate(PersonaCache.Choices, user.Id!.Value);
            db.Record(new PreferenceSet(user.Id!.Value, PersonaId: null));
            await db.SaveChangesAsync(ct);
        }

        return new("Persona reset successfully", user.Id!.Value, null, clock.GetUtcNow());
    }

    private static async Task<PersonaInitialized> InitializeDefault(CurrentUser user, ChatDb db, CancellationToken ct)
    {
        var wasCreated = await DefaultPersona.EnsureAsync(db, ct);
        var persona = await db.Personas.SingleAsync(p => p.IsDefault, ct);
        if (wasCreated)
        {
            db.Forget(persona);
            db.Invalidate(PersonaCache.Choices, user.Id!.Value);
            await db.SaveChangesAsync(ct);
        }

        return new(persona.View, wasCreated ? "Default persona created" : "Default persona exists", wasCreated);
    }
}

public sealed record PersonaWish([Required] Guid? PersonaId);

internal sealed record PersonaChosen(string Message, Guid UserId, Guid? PersonaId, DateTimeOffset UpdatedAt);

internal sealed record PersonaInitialized(PersonaView Persona, string Message, bool WasCreated);
