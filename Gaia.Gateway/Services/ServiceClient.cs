using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Services;

/// <summary>The gateway's connections to the services: pooled, without retries, redirects or cookies.</summary>
internal sealed class ServiceClient(Destinations destinations) : IDisposable
{
    /// <summary>As the server reads them: every byte of a header is passed on.</summary>
    private const string HeaderEncoding = "iso-8859-1";

    public HttpMessageInvoker Invoker { get; } =
        new ForwarderHttpClientFactory().CreateClient(new() { NewConfig = new() { RequestHeaderEncoding = HeaderEncoding }, NewMetadata = new Dictionary<string, string>() });

    /// <summary>Asks a service by its name: "http://chat/…".</summary>
    /// <exception cref="HttpRequestException">The service did not answer in time, or not at all.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct)
    {
        var named = request.RequestUri!;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(deadline);
        try
        {
            request.RequestUri = new Uri(new Uri(await destinations.NextAsync(named.Host, limited.Token)), named.PathAndQuery);
            return await Invoker.SendAsync(request, limited.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{named.Host} did not answer within {deadline.TotalSeconds} s", e);
        }
    }

    public void Dispose() => Invoker.Dispose();
}
