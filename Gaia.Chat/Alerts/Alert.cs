using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Alerts;

/// <summary>A notification for operators: published on NATS and, where a webhook is configured, sent to it until it is accepted.</summary>
internal sealed class Alert
{
    public const string BudgetThreshold = "budget.threshold";
    public const string Test = "test";

    /// <summary>Identifies repeated deliveries to the receiver of the webhook.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>One of the constants above.</summary>
    public required string Type { get; init; }

    /// <summary>Set for alerts of budgets only, as are the next two: unique in combination.</summary>
    public Guid? BudgetId { get; init; }

    public DateOnly? PeriodStart { get; init; }

    /// <summary>Percent.</summary>
    public int? Threshold { get; init; }

    /// <summary>JSON, as it is sent each time: the signature is of its bytes.</summary>
    public required string Body { get; init; }

    /// <summary>What it says.</summary>
    public JsonElement Details => JsonElement.Parse(Body).GetProperty("data");

    public required DateTimeOffset FiredAt { get; init; }

    /// <summary>Null until it is published on NATS.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Null when the webhook has it, when there is none, or when it did not accept it for a day.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>Until then a node has the lease to send it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Counts sends that began. It tells the holder of a lease from the one before.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset? GiveUpAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; set; }
}

internal sealed class AlertTable : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.ToTable("alerts");
        alert.Property(a => a.Type).HasMaxLength(32);
        alert.Ignore(a => a.Details);
        alert.HasIndex(a => new { a.BudgetId, a.PeriodStart, a.Threshold }).IsUnique().HasFilter("budget_id IS NOT NULL");
        alert.HasIndex(a => a.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
        alert.HasIndex(a => a.Id).HasFilter("published_at IS NULL").HasDatabaseName("ix_alerts_unpublished");
    }
}
