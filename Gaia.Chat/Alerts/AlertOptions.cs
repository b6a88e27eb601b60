using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Alerts;

/// <summary>When alerts are fired, where they go besides NATS, and how often that is tried.</summary>
internal sealed class AlertOptions : IValidatableObject
{
    public const string Section = "Alerts";

    /// <summary><c>ALERT_WEBHOOK_URL</c>: receives alerts as Standard Webhooks. Nothing is sent unless it is set.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary><c>ALERT_WEBHOOK_SECRET</c>: signs them; base64.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>How often budgets, and alerts that wait to be sent, are looked at when nothing on this node says that they changed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the webhook may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long another node sends an alert that a node began to send and did not finish. Longer than <see cref="Timeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the first failed attempt the next one follows; each further one after about twice as long, an hour at the most, for 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often all nodes are asked for open circuit breakers and for what the audit has found. It costs no Redis command.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan CacheInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often forecasts, hit ratios and the price of Redis are looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan HistoryInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For longer than this a circuit breaker must have been open.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan BreakerOpenFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The hit ratio of the last whole one of these is compared with the 24 before.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HitRatioWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>By how much it must have fallen; 0.2 is from 95 to 75 %.</summary>
    [Range(0.01, 1)]
    public double HitRatioDrop { get; set; } = 0.2;

    /// <summary>How many reads a region needs in each of both times.</summary>
    [Range(1, long.MaxValue)]
    public long HitRatioReads { get; set; } = 1_000;

    /// <summary>For how long the price of Redis must be known before a month of it is forecast.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan PriceKnownFor { get; set; } = TimeSpan.FromDays(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookUrl is not null && WebhookSecret is null)
        {
            yield return new("ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET.", [nameof(WebhookSecret)]);
        }

        if (Lease <= Timeout)
        {
            yield return new("Lease must be longer than Timeout.", [nameof(Lease)]);
        }
    }
}
