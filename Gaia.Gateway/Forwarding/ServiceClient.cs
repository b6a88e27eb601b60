using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>The gateway's connections to the services: by discovered name ("http://chat"), pooled, without retries, redirects or cookies.</summary>
internal sealed class ServiceClient(IForwarderHttpClientFactory factory) : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = factory.CreateClient(new() { NewConfig = new(), NewMetadata = new Dictionary<string, string>() });

    /// <exception cref="HttpRequestException">The service did not answer in time, or not at all.</exception>
    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(deadline);
        try
        {
            return await Invoker.SendAsync(request, limited.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{request.RequestUri!.Host} did not answer within {deadline.TotalSeconds} s", e);
        }
    }

    public void Dispose() => Invoker.Dispose();
}
