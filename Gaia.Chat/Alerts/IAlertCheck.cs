namespace Gaia.Chat.Alerts;

/// <summary>Looks whether a rule's reason for alerts is there, and records what it finds.</summary>
internal interface IAlertCheck
{
    AlertRule Rule { get; }

    /// <summary>What must be set for the rule to apply; null when it applies.</summary>
    string? Missing => null;

    TimeSpan Interval { get; }

    Task CheckAsync(ChatDb db, CancellationToken ct);
}
