using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StandardWebhooks;

namespace Gaia.Chat.Webhooks;

/// <summary>Sends JSON to an operator's address, signed as Standard Webhooks 1.0 describes. It follows no redirection, so that it goes nowhere else.</summary>
internal sealed class WebhookClient(TimeProvider clock) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="secret">In base64.</param>
    /// <param name="id">The same for each attempt.</param>
    /// <returns>Whether it was accepted, and if not, why not and whether it ever will be.</returns>
    public async Task<WebhookAnswer> SendAsync(Uri address, string secret, TimeSpan timeout, string id, string body, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", new StandardWebhook(Convert.FromBase64String(secret)).Sign(id, now, body));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(timeout);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
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
