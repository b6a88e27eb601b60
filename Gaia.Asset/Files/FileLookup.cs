using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Files;

/// <summary>
/// Reads assets by id, all that are asked for while a read is under way by one query after it. A thousand requests at once cost a few queries instead
/// of a place each in the queue for a connection, and every answer comes from a read that began after its question: a deletion is never overlooked.
/// </summary>
internal sealed class FileLookup(IServiceScopeFactory scopes)
{
    private readonly Lock gate = new();
    private Batch? next;
    private bool reading;

    /// <returns>The asset with its blob, not to be changed; null when there is none.</returns>
    public async Task<StoredFile?> FindAsync(Guid id, CancellationToken ct)
    {
        Batch batch;
        lock (gate)
        {
            batch = next ??= new();
            batch.Ids.Add(id);
            if (!reading)
            {
                reading = true;
                _ = Task.Run(ReadOnAsync, CancellationToken.None);
            }
        }

        return (await batch.Found.Task.WaitAsync(ct)).GetValueOrDefault(id);
    }

    private async Task ReadOnAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                batch.Found.SetResult(await ReadAsync(batch.Ids));
            }
            catch (Exception e)
            {
                batch.Found.SetException(e);
            }
        }
    }

    private Batch? Take()
    {
        lock (gate)
        {
            var batch = next;
            next = null;
            reading = batch is not null;
            return batch;
        }
    }

    private async Task<Dictionary<Guid, StoredFile>> ReadAsync(HashSet<Guid> ids)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDb>();
        return await db.Files.AsNoTracking().Include(f => f.Blob).Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id);
    }

    private sealed class Batch
    {
        public HashSet<Guid> Ids { get; } = [];

        public TaskCompletionSource<Dictionary<Guid, StoredFile>> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
