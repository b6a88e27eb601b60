using System.Text.Json;
using Gaia.Events;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Webhooks;

/// <summary>Sends the events of all journals to the operator's address, as one group of consumers.</summary>
internal static class EventWebhook
{
    public const string Group = "webhooks";

    /// <summary>Sends events while the journal is on and an address is set.</summary>
    public static void AddEventWebhook(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WebhookClient>();
        builder.Services.AddOptionsWithValidateOnStart<EventWebhookOptions>().BindConfiguration(EventWebhookOptions.Section).ValidateDataAnnotations()
            .Validate(webhook => webhook.Url is null || webhook.Secret is not null, "EVENT_WEBHOOK_URL needs EVENT_WEBHOOK_SECRET.")
            .Validate(webhook => EventTypePattern.TryParse(webhook.Types) is not null, $"EVENT_WEBHOOK_TYPES: {EventTypePattern.Expected}")
            .Validate<IOptions<JournalOptions>>((webhook, journal) => webhook.Url is null || journal.Value.Enabled, "EVENT_WEBHOOK_URL needs JOURNAL=on.");
        var journal = builder.Configuration.GetSection(JournalOptions.Section).Get<JournalOptions>() ?? new();
        var webhook = builder.Configuration.GetSection(EventWebhookOptions.Section).Get<EventWebhookOptions>() ?? new();
        if (!journal.Enabled || webhook.Url is null || EventTypePattern.TryParse(webhook.Types) is not { } types)
        {
            return;
        }

        builder.Services.AddGaiaEvents<ChatDb>(options =>
        {
            options.KeyPrefix = builder.Configuration["CACHE_KEY_PREFIX"] ?? "";

            // What has been sent is not sent once more because a later event is refused.
            options.BatchSize = 1;
            (options.RetryDelay, options.MaxAttempts) = (webhook.RetryDelay, webhook.MaxAttempts);
        }).HandleAny(Group, types, (services, _, @event, ct) => SendAsync(services, @event, ct));
    }

    /// <exception cref="HttpRequestException">The receiver did not accept it.</exception>
    private static async Task SendAsync(IServiceProvider services, CloudEvent<JsonElement> @event, CancellationToken ct)
    {
        var options = services.GetRequiredService<IOptions<EventWebhookOptions>>().Value;
        var body = JsonSerializer.Serialize(@event, EventFormat.Json);
        var answer = await services.GetRequiredService<WebhookClient>().SendAsync(options.Url!, options.Secret!, options.Timeout, $"event_{@event.Id:N}", body, ct);
        if (!answer.IsAccepted && !answer.IsGone)
        {
            throw new HttpRequestException(answer.Error);
        }
    }
}
