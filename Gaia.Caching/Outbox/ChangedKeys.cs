using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Caching;

/// <summary>
/// Read-your-writes between processes: the keys that a request has changed, with their versions, travel in an internal header with its answer to the gateway,
/// and with later requests of the same caller to whichever instance of the service they reach. Whoever receives them applies them to its cache first.
/// </summary>
public sealed class ChangedKeys
{
    /// <summary>The name of the header. Its value is a JSON array; it must neither be taken from clients nor given to them.</summary>
    public const string Header = "X-Gaia-Cache-Changes";

    /// <summary>More would not fit into what an HTTP client accepts as headers. Whoever changes more waits for the log like everybody else.</summary>
    internal const int Limit = 300;

    private static readonly AsyncLocal<Action<IEnumerable<Invalidation>>?> Recorder = new();

    private readonly CacheNode node;
    private readonly Invalidator invalidator;

    internal ChangedKeys(CacheNode node, Invalidator invalidator) => (this.node, this.invalidator) = (node, invalidator);

    /// <summary>Applies changes that another process has committed to this node's cache.</summary>
    /// <param name="header">A value of <see cref="Header"/>.</param>
    public void Apply(string header)
    {
        foreach (var change in Read(header))
        {
            if (change.IsUnconfirmed || change.Version is not { } version || node.Keys.Find(change.Key!) is not { } keyState || keyState.Fence < version)
            {
                invalidator.Apply(change);
            }
        }
    }

    /// <summary>What has been committed in the current request, if somebody wants to know.</summary>
    internal static void Record(IEnumerable<Invalidation> changes) => Recorder.Value?.Invoke(changes);

    /// <summary>Applies what requests say, and tells in their answers what they changed themselves.</summary>
    internal static async Task ExchangeAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var header in context.Request.Headers[Header])
        {
            context.RequestServices.GetRequiredService<ChangedKeys>().Apply(header ?? "");
        }

        var changes = new List<Invalidation>();
        Recorder.Value = more =>
        {
            lock (changes)
            {
                changes.AddRange(more);
                if (!context.Response.HasStarted)
                {
                    context.Response.Headers[Header] = Write(changes);
                }
            }
        };
        await next(context);
    }

    internal static string Write(IEnumerable<Invalidation> changes) => JsonSerializer.Serialize(
        changes.GroupBy(change => change.Key).Select(key => key.MaxBy(change => change.Version)!).TakeLast(Limit).ToArray(),
        InvalidationJson.Default.InvalidationArray);

    internal static IEnumerable<Invalidation> Read(string header)
    {
        try
        {
            return JsonSerializer.Deserialize(header, InvalidationJson.Default.InvalidationArray)?.Where(change => change?.Key is not null && change.IsValid) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

/// <summary>Adds <see cref="ChangedKeys"/> to a service.</summary>
public static class ChangedKeysPipeline
{
    /// <summary>
    /// Applies the changes that requests carry to this node's cache, and has answers carry those that were committed for them. Belongs after whatever refuses
    /// requests that do not come from the gateway.
    /// </summary>
    public static IApplicationBuilder UseChangedKeys(this IApplicationBuilder app) => app.Use(ChangedKeys.ExchangeAsync);
}
