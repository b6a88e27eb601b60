using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Usage;

/// <summary>What one call of a model took.</summary>
internal sealed class UsageRecord
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid UserId { get; init; }

    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    public required string Model { get; init; }
    public required string Provider { get; init; }
    public Guid? PersonaId { get; init; }
    public required long PromptTokens { get; init; }
    public required long CompletionTokens { get; init; }

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
        usage.HasIndex(u => new { u.UserId, u.Day });
    }
}
