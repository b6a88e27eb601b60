using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gaia.Asset.Blobs;
using Gaia.Asset.Images;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Variants;

/// <summary>Makes each variant once, however many ask for it at the same time.</summary>
internal sealed class VariantService(IServiceScopeFactory scopes, IMeterFactory meters)
{
    private readonly ConcurrentDictionary<(Guid Source, VariantSpec Spec), Lazy<Task<Outcome>>> loads = new();
    private readonly Counter<long> transforms = meters.Create("Gaia.Asset").CreateCounter<long>("gaia.asset.transforms", "{transform}", "Variants that were computed.");

    /// <exception cref="Errors.RefusedUploadException">The source cannot be transformed.</exception>
    public async Task<(Variant Variant, VariantOrigin Origin)> GetAsync(Blob source, VariantSpec spec, CancellationToken ct)
    {
        var key = (source.Id, spec);
        var own = new Lazy<Task<Outcome>>(() => Task.Run(() => RunAsync(source, spec), CancellationToken.None));
        var load = loads.GetOrAdd(key, own);
        try
        {
            // A client that leaves does not end what others wait for.
            var outcome = await load.Value.WaitAsync(ct);
            return (outcome.Variant, !outcome.IsNew ? VariantOrigin.Stored : load == own ? VariantOrigin.Made : VariantOrigin.Shared);
        }
        finally
        {
            if (load.Value.IsCompleted)
            {
                loads.TryRemove(new(key, load));
            }
        }
    }

    private async Task<Outcome> RunAsync(Blob source, VariantSpec spec)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDb>();
        var text = spec.ToString();
        var stored = db.Variants.AsNoTracking().Include(v => v.Blob).Where(v => v.SourceId == source.Id && v.Spec == text);
        if (await stored.SingleOrDefaultAsync() is { } known)
        {
            return new(known, IsNew: false);
        }

        transforms.Add(1);
        return new(await scope.ServiceProvider.GetRequiredService<VariantMaker>().MakeAsync(source, spec, CancellationToken.None), IsNew: true);
    }

    private readonly record struct Outcome(Variant Variant, bool IsNew);
}

/// <summary>How a variant came to be there.</summary>
internal enum VariantOrigin
{
    /// <summary>It was made for an earlier request.</summary>
    Stored,

    /// <summary>It was made for this request.</summary>
    Made,

    /// <summary>It was made for another request while this one waited.</summary>
    Shared,
}
