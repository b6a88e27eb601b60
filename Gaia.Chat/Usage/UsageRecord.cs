using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Usage;

/// <summary>What one call of a model took.</summary>
internal sealed class UsageRecord
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid UserId { get; init; }

    /// <summary>Null for sessions, and for what other services ask models for.</summary>
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

    /// <summary>The provider did not count, or the caller left before it said.</summary>
    public required bool IsEstimated { get; init; }

    /// <summary>US dollars; null when the model's price is not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Until then the row stands for what a call may take that is not over; null once it is known what it took.</summary>
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
