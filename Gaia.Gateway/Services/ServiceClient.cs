using System.Net;
using System.Text.Json;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Services;

/// <summary>The gateway's connections to the services: pooled, without retries, redirects or cookies.</summary>
internal sealed class ServiceClient(Destinations destinations, InternalIdentity identity) : IDisposable
{
    /// <summary>As the server reads them: every byte of a header is passed on.</summary>
    private const string HeaderEncoding = "iso-8859-1";

    /// <summary>After so long without an answer an instance is passed over. Shorter deadlines are those of questions that are asked all the time.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TrialDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TrialPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource disposed = new();

    public HttpMessageInvoker Invoker { get; } =
        new ServiceConnectionFactory().CreateClient(new() { NewConfig = new() { RequestHeaderEncoding = HeaderEncoding }, NewMetadata = new Dictionary<string, string>() });

    /// <summary>Asks a service by its name: "http://chat/…".</summary>
    /// <exception cref="HttpRequestException">The service did not answer in time, or not at all.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct) =>
        SendAsync(request, deadline, static (response, _) => Task.FromResult(response), ct);

    /// <summary>Asks a service in the gateway's own name, and disposes of the request.</summary>
    /// <returns>Null where the service has nothing of that name.</returns>
    /// <exception cref="HttpRequestException">The service did not answer in time, not at all, or nothing that can be read.</exception>
    public Task<T?> ReadAsync<T>(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct) =>
        ReadAsync(request, deadline, static (content, stop) => content.ReadFromJsonAsync<T>(EventJson.Options, stop), ct);

    /// <summary>As <see cref="ReadAsync{T}(HttpRequestMessage, TimeSpan, CancellationToken)"/>, of a service that has nothing to say but that it succeeded.</summary>
    public Task PostAsync(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct) => ReadAsync(request, deadline, static (_, _) => Task.FromResult(true), ct);

    public void Dispose()
    {
        disposed.Cancel();
        disposed.Dispose();
        Invoker.Dispose();
    }

    private async Task<T?> ReadAsync<T>(HttpRequestMessage request, TimeSpan deadline, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken ct)
    {
        using (request)
        {
            request.Headers.Add(InternalIdentity.Header, identity.Mint(GatewayPrincipal.Instance));
            return await SendAsync(
                request,
                deadline,
                async (response, stop) =>
                {
                    using (response)
                    {
                        return response.StatusCode == HttpStatusCode.NotFound ? default : await read(response.EnsureSuccessStatusCode().Content, stop);
                    }
                },
                ct);
        }
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, TimeSpan deadline, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        var named = request.RequestUri!;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(deadline);
        var sent = TimeProvider.System.GetTimestamp();
        Destination? asked = null;
        try
        {
            var destination = asked = await destinations.NextAsync(named.Host, anyway: deadline < LongWait, limited.Token);
            request.RequestUri = new Uri(new Uri(destination.Prefix), named.PathAndQuery);
            var response = await Invoker.SendAsync(request, limited.Token);
            destination.Use();
            return await read(response, limited.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            if (deadline >= LongWait && asked is not null && asked.TryPassOver(sent))
            {
                _ = TryAsync(named.Host, asked);
            }

            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{named.Host} did not answer within {deadline.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is JsonException or IOException or NotSupportedException)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, $"The answer of {named.Host} cannot be read.", e);
        }
    }

    /// <summary>Asks an instance that is passed over until it answers, if only by an error, or is none any more.</summary>
    private async Task TryAsync(string service, Destination destination)
    {
        var stop = disposed.Token;
        while (destination.IsPassedOver && destinations.IsKnown(service, destination) && !stop.IsCancellationRequested)
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limited.CancelAfter(TrialDeadline);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(destination.Prefix), "/alive"));
                using var response = await Invoker.SendAsync(request, limited.Token);
                destination.Use();
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                await Task.Delay(TrialPause, CancellationToken.None);
            }
        }
    }
}
