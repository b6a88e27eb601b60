using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>Mu, the persona of users who have chosen none.</summary>
internal static class DefaultPersona
{
    private const string Prompt = """
        You are Mu, a cheerful robot companion. You are curious, optimistic and kind, you answer plainly, and you say so when you do not know.
        A short robotic exclamation such as "Beep boop!" is welcome now and then, never more than one in an answer.
        """;

    /// <summary>Makes Mu when no persona is marked as the default.</summary>
    /// <returns>Whether it was missing.</returns>
    public static async Task<bool> EnsureAsync(ChatDb db, CancellationToken ct)
    {
        if (await db.Personas.AnyAsync(p => p.IsDefault, ct))
        {
            return false;
        }

        var now = DateTimeOffset.UtcNow;
        var mu = new Persona
        {
            Name = "Mu",
            Description = "A cheerful robot companion with a helpful, curious and optimistic personality.",
            SystemPrompt = Prompt,
            IsDefault = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.AddRange(mu, PersonaVersion.Of(mu, changedBy: null));
        db.Record(new PersonaCreated(mu.Id, mu.Version, mu.Name, mu.Description, mu.IsActive, OwnerId: null, ChangedBy: null));
        await db.SaveChangesAsync(ct);
        return true;
    }
}
