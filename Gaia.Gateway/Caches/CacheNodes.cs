using Gaia.Caching;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Caches;

/// <summary>The services that have a cache of their own, asked in the gateway's own name. One that is away is left out.</summary>
internal sealed class CacheNodes(ServiceClient services, InternalIdentity identity)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmDeadline = TimeSpan.FromSeconds(30);
    private static readonly string[] Services = [Resources.Chat];

    public Task<IReadOnlyList<(string Service, CacheStats Answer)>> StatsAsync(int minutes, CancellationToken ct) =>
        AskAsync<CacheStats>(HttpMethod.Get, $"stats?minutes={minutes}", Deadline, ct);

    public Task<IReadOnlyList<(string Service, IReadOnlyList<HotKey> Answer)>> HotAsync(int limit, CancellationToken ct) =>
        AskAsync<IReadOnlyList<HotKey>>(HttpMethod.Get, $"hot?limit={limit}", Deadline, ct);

    public Task<IReadOnlyList<(string Service, WarmResult Answer)>> WarmAsync(CancellationToken ct) =>
        AskAsync<WarmResult>(HttpMethod.Post, "warm", WarmDeadline, ct);

    private async Task<IReadOnlyList<(string Service, T Answer)>> AskAsync<T>(HttpMethod method, string path, TimeSpan deadline, CancellationToken ct)
        where T : class
    {
        var answers = await Task.WhenAll(Services.Select(async service =>
        {
            try
            {
                using var request = new HttpRequestMessage(method, $"http://{service}/internal/cache/{path}");
                request.Headers.Add(InternalIdentity.Header, identity.Mint(GatewayPrincipal.Instance));
                using var response = await services.Send(request, deadline, ct);
                return (service, Answer: await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(EventJson.Options, ct));
            }
            catch (HttpRequestException)
            {
                return (service, Answer: null);
            }
        }));
        return [.. answers.Where(answer => answer.Answer is not null).Select(answer => (answer.service, answer.Answer!))];
    }
}
