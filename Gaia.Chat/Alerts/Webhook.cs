using Gaia.Chat.Webhooks;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Sends alerts to the operator's address.</summary>
internal sealed class Webhook(WebhookClient client, IOptions<AlertOptions> options)
{
    public Uri? Address => options.Value.WebhookUrl;

    public Task<WebhookAnswer> SendAsync(Alert alert, CancellationToken ct) =>
        client.SendAsync(Address!, options.Value.WebhookSecret!, options.Value.Timeout, $"alert_{alert.Id:N}", alert.Body, ct);
}
