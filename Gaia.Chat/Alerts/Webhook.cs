using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using StandardWebhooks;

namespace Gaia.Chat.Alerts;

/// <summary>Sends alerts to the operator's address, signed as Standard Webhooks 1.0 describes. It follows no redirection, so that they go nowhere else.</summary>
internal sealed class Webhook(IOptions<AlertOptions> options, TimeProvider clock) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = options.Value.Timeout,
    };

    public Uri? Address => options.Value.WebhookUrl;

    /// <returns>Whether it was accepted, and if not, why not and whether it ever will be.</returns>
    public async Task<WebhookAnswer> SendAsync(Alert alert, CancellationToken ct)
    {
        var (id, now) = ($"alert_{alert.Id:N}", clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, Address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(alert.Body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", new StandardWebhook(Convert.FromBase64String(options.Value.WebhookSecret!)).Sign(id, now, alert.Body));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? new(IsAccepted: true) : new(IsAccepted: false, $"HTTP {(int)answer.StatusCode}", IsGone: answer.StatusCode is HttpStatusCode.Gone);
        }
        catch (HttpRequestException e)
        {
            return new(IsAccepted: false, e.HttpRequestError is HttpRequestError.Unknown ? "No answer" : $"{e.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(IsAccepted: false, "No answer in time");
        }
    }

    public void Dispose() => http.Dispose();
}

/// <param name="IsGone">The receiver answered 410: it is not to be sent again.</param>
internal sealed record WebhookAnswer(bool IsAccepted, string? Error = null, bool IsGone = false);
