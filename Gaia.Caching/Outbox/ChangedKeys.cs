using System.Text.Json;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Caching.Outbox;

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

    private static readonly AsyncLocal<RequestChanges?> Current = new();

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

    /// <summary>
    /// Gets what the current request has saved so far, committed or about to be, for the record of its response: see <see cref="Repeat"/>. Null when it has saved
    /// nothing that a cache has.
    /// </summary>
    public static string? OfCurrentRequest => Current.Value?.Saved is { Length: > 0 } saved ? Write(saved) : null;

    /// <summary>
    /// Has the answer to a repeated request tell what the first one changed, and applies it here: the first answer may not have arrived. Changes without a row's
    /// version count as made now, since their timestamps were unknown when they were recorded.
    /// </summary>
    /// <param name="recorded">A value of <see cref="OfCurrentRequest"/>.</param>
    public void Repeat(string recorded)
    {
        var changes = Read(recorded).Select(change =>
            change.Version is null ? invalidator.WithTimestamp(change.Key!, null) with { IsUnconfirmed = true } : change).ToArray();
        foreach (var change in changes)
        {
            invalidator.Apply(change);
        }

        Record(changes);
    }

    /// <summary>What has been committed in the current request, if somebody wants to know.</summary>
    internal static void Record(IEnumerable<Invalidation> changes) => Current.Value?.AddCommitted(changes);

    /// <summary>What has been saved in the current request, in a transaction that may be rolled back.</summary>
    internal static void RecordSaved(IEnumerable<CacheChange> changes) =>
        Current.Value?.AddSaved(changes.Select(change => new Invalidation { Key = change.Key, Version = change.Version }));

    /// <summary>Applies what requests say, and tells in their answers what they changed themselves.</summary>
    internal static async Task ExchangeAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var header in context.Request.Headers[Header])
        {
            context.RequestServices.GetRequiredService<ChangedKeys>().Apply(header ?? "");
        }

        Current.Value = new(context.Response);
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
