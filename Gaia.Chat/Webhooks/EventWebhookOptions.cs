using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Webhooks;

/// <summary>Where the events of the journal are sent, and how often that is tried.</summary>
internal sealed class EventWebhookOptions
{
    public const string Section = "EventWebhook";

    /// <summary><c>EVENT_WEBHOOK_URL</c>: receives events as Standard Webhooks. Nothing is sent unless it is set.</summary>
    public Uri? Url { get; set; }

    /// <summary><c>EVENT_WEBHOOK_SECRET</c>: signs them; base64.</summary>
    public string? Secret { get; set; }

    /// <summary><c>EVENT_WEBHOOK_TYPES</c>: which events, such as <c>persona.*</c>.</summary>
    public string Types { get; set; } = "*";

    /// <summary>How long the receiver may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after the first failed attempt; each further one is twice as long, an hour at the most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an event is tried before it becomes a dead letter. 35 attempts take a day.</summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 35;
}
