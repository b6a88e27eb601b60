using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Alerts;

/// <summary>Where alerts go besides NATS, and how often that is tried.</summary>
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
