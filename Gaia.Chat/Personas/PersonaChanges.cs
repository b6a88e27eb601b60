using Gaia.Chat.Errors;
using Gaia.Chat.Events;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Chat.Personas;

/// <summary>Changes personas. Every change adds a version and invalidates the caches in the same transaction.</summary>
internal sealed class PersonaChanges(ChatDb db, CurrentUser user, ChatEvents events, TimeProvider clock)
{
    // Concurrent changes without If-Match both succeed, one after the other.
    private const int Attempts = 4;

    /// <exception cref="ChatException">Its maker has another one of that name.</exception>
    public async Task<PersonaView> CreateAsync(PersonaDraft draft, string? card, Guid? portrait, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var persona = new Persona
        {
            Name = draft.Name,
            Description = draft.Description,
            SystemPrompt = draft.SystemPrompt,
            PersonalityTraits = draft.PersonalityTraits ?? Persona.EmptyObject,
            Capabilities = draft.Capabilities ?? Persona.EmptyObject,
            IsActive = draft.IsActive,
            Settings = PersonaSettingsJson.OrNone(draft.Settings),
            CreatedBy = user.Id,
            CreatedAt = now,
            UpdatedAt = now,
            Card = card,
            PortraitId = portrait,
        };
        db.Add(persona);
        db.Record(new PersonaCreated(persona.Id, persona.Version, persona.Name, persona.Description, persona.IsActive, persona.CreatedBy, user.Id));
        await SaveAsync(persona, ct);
        events.PersonaCreated(EventOf(persona));
        return persona.View;
    }

    /// <param name="expected">The version that the caller expects; null for any.</param>
    /// <param name="isRestored">The change brings back an earlier version.</param>
    /// <exception cref="ChatException">It is not there, not the caller's, not of that version, or would have a taken name.</exception>
    public async Task<PersonaView> ChangeAsync(Guid id, Func<Persona, Task> change, long? expected, CancellationToken ct, bool isRestored = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            db.ChangeTracker.Clear();
            var persona = await FindOwnAsync(id, ct);
            if (expected is { } version && version != persona.Version)
            {
                throw Stale();
            }

            var wasActive = persona.IsActive;
            await change(persona);
            persona.Version++;
            persona.UpdatedAt = clock.GetUtcNow();
            Record(persona, isDeleted: wasActive && !persona.IsActive, isRestored);
            try
            {
                await SaveAsync(persona, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                if (expected is not null || attempt == Attempts)
                {
                    throw Stale();
                }

                continue;
            }

            if (wasActive && !persona.IsActive)
            {
                events.PersonaDeleted(EventOf(persona));
            }
            else
            {
                events.PersonaUpdated(EventOf(persona));
            }

            return persona.View;
        }
    }

    /// <summary>Finds a persona that the caller may change.</summary>
    /// <exception cref="ChatException">It is not there, or somebody else's.</exception>
    public async Task<Persona> FindOwnAsync(Guid id, CancellationToken ct)
    {
        var persona = await db.Personas.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw ChatException.NotFound("Persona");
        var isAllowed = user.HasScope(Scopes.Admin) || persona.CreatedBy == user.Id && user.HasScope(Scopes.PersonasWrite);
        return isAllowed ? persona : throw new ChatException(StatusCodes.Status403Forbidden, "not_owner", "Only its owner or an administrator may do this");
    }

    private async Task SaveAsync(Persona persona, CancellationToken ct)
    {
        db.Add(PersonaVersion.Of(persona, user.Id));
        db.Forget(persona);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation)
        {
            // A concurrent change has added this version.
            if (violation.TableName != "personas")
            {
                throw new DbUpdateConcurrencyException(e.Message, e);
            }

            throw new ChatException(StatusCodes.Status409Conflict, "name_taken", $"A persona named \"{persona.Name}\" exists already", "name");
        }
    }

    private void Record(Persona persona, bool isDeleted, bool isRestored)
    {
        if (isDeleted)
        {
            db.Record(new PersonaDeleted(persona.Id, persona.Version, user.Id));
        }
        else if (isRestored)
        {
            db.Record(new PersonaRestored(persona.Id, persona.Version, persona.Name, persona.Description, persona.IsActive, persona.CreatedBy, user.Id));
        }
        else
        {
            db.Record(new PersonaUpdated(persona.Id, persona.Version, persona.Name, persona.Description, persona.IsActive, persona.CreatedBy, user.Id));
        }
    }

    private static ChatException Stale() => new(StatusCodes.Status412PreconditionFailed, "stale", "The persona was changed meanwhile");

    private PersonaChanged EventOf(Persona persona) => new(persona.Id, persona.Version, user.Id, clock.GetUtcNow());
}
