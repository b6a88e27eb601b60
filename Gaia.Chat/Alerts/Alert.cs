using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Alerts;

/// <summary>A notification for operators: published on NATS and, where a webhook is configured, sent to it until it is accepted.</summary>
internal sealed class Alert
{
    public const string Test = "test";

    /// <summary>Says of an earlier alert that its reason is gone.</summary>
    public const string Resolved = "alert.resolved";

    public const int SubjectLimit = 200;

    /// <summary>Identifies repeated deliveries to the receiver of the webhook.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>That of its <see cref="AlertRule"/>, or one of the constants above.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about, such as a budget or a region. Set for alerts of rules only, as are the next two: unique in combination with the rule.</summary>
    public string? Subject { get; init; }

    /// <summary>When the period began that it was fired in.</summary>
    public DateTimeOffset? Period { get; init; }

    public int? Threshold { get; init; }

    /// <summary>JSON, as it is sent each time: the signature is of its bytes.</summary>
    public required string Body { get; init; }

    /// <summary>What it says.</summary>
    public JsonElement Details => JsonElement.Parse(Body).GetProperty("data");

    public required DateTimeOffset FiredAt { get; init; }

    /// <summary>When its reason was gone; null while it is not, and where that is not watched.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

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
        alert.Property(a => a.Subject).HasMaxLength(Alert.SubjectLimit);
        alert.Ignore(a => a.Details);
        alert.HasIndex(a => new { a.Type, a.Subject, a.Period, a.Threshold }).IsUnique().HasFilter("subject IS NOT NULL");
        alert.HasIndex(a => a.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
        alert.HasIndex(a => a.Id).HasFilter("published_at IS NULL").HasDatabaseName("ix_alerts_unpublished");
    }
}
