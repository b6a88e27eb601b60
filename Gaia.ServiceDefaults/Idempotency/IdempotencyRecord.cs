using Microsoft.EntityFrameworkCore;

namespace Gaia;

/// <summary>A row of the table of idempotency keys: the response that a key has, or the claim of the request that is being processed.</summary>
internal sealed class IdempotencyRecord
{
    internal const string Table = "idempotency_records";

    /// <summary><see cref="IdempotencyKey.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Identifies the request that claimed the key.</summary>
    public Guid Claim { get; init; }

    /// <summary>When another request may claim the key; extended while the request is processed.</summary>
    public DateTimeOffset ClaimedUntil { get; init; }

    /// <summary>A <see cref="StoredResponse"/> as JSON; null while the request is processed.</summary>
    public byte[]? Response { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

public static class IdempotencyTable
{
    /// <summary>Adds the table of idempotency keys to the model. <see cref="Idempotency.AddIdempotency"/> registers what uses it.</summary>
    public static ModelBuilder AddIdempotencyRecords(this ModelBuilder model) => model.Entity<IdempotencyRecord>(record =>
    {
        record.ToTable(IdempotencyRecord.Table);
        record.HasKey(r => r.Name);
        record.Property(r => r.Name).HasMaxLength(IdempotencyKey.NameLimit);
        record.HasIndex(r => r.ExpiresAt);
    });
}
