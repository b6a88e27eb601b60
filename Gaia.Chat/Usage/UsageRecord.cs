using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Usage;

/// <summary>The usage of one call of a model.</summary>
internal sealed class UsageRecord
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid UserId { get; init; }

    /// <summary>Null for sessions, and for calls of other services.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>As the API describes it; null in rows of earlier versions.</summary>
    public string? Route { get; init; }

    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    public required string Model { get; init; }
    public required string Provider { get; init; }
    public Guid? PersonaId { get; init; }
    public required long PromptTokens { get; init; }
    public required long CompletionTokens { get; init; }

    /// <summary>Of the prompt's tokens.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Of the answer's tokens.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>The tokens are estimated: the provider reported none, or the caller disconnected before it did.</summary>
    public required bool IsEstimated { get; init; }

    /// <summary>US dollars; null when the model's price is not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Until then the record is a reservation for an unfinished call; null once its usage is known.</summary>
    public DateTimeOffset? HeldUntil { get; init; }
}

internal sealed class UsageRecordTable : IEntityTypeConfiguration<UsageRecord>
{
    public void Configure(EntityTypeBuilder<UsageRecord> usage)
    {
        usage.ToTable("usage");
        usage.Property(u => u.Cost).HasPrecision(18, 9);
        usage.Property(u => u.Route).HasMaxLength(UsageSource.RouteLimit);
        usage.HasIndex(u => new { u.UserId, u.Day });
        usage.HasIndex(u => u.Day);
        usage.HasIndex(u => new { u.ApiKeyId, u.Day }).HasFilter("api_key_id IS NOT NULL");
        usage.HasIndex(u => new { u.PersonaId, u.Day }).HasFilter("persona_id IS NOT NULL");
    }
}
