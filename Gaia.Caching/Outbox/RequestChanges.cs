using Gaia.Caching.Log;
using Microsoft.AspNetCore.Http;

namespace Gaia.Caching.Outbox;

/// <summary>What one request has changed, for <see cref="ChangedKeys"/>. Several contexts may save at once.</summary>
internal sealed class RequestChanges(HttpResponse response)
{
    private readonly Lock gate = new();
    private readonly List<Invalidation> saved = [];
    private readonly List<Invalidation> committed = [];

    public Invalidation[] Saved
    {
        get
        {
            lock (gate)
            {
                return [.. saved];
            }
        }
    }

    public void AddSaved(IEnumerable<Invalidation> changes)
    {
        lock (gate)
        {
            saved.AddRange(changes);
        }
    }

    /// <summary>Adds what a transaction has committed, and tells it in the response unless that has started.</summary>
    public void AddCommitted(IEnumerable<Invalidation> changes)
    {
        lock (gate)
        {
            committed.AddRange(changes);
            if (!response.HasStarted)
            {
                response.Headers[ChangedKeys.Header] = ChangedKeys.Write(committed);
            }
        }
    }
}
