using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Asset.Generations;

/// <summary>Keeps what models answered where every replica finds it, also after a crash of the one that asked.</summary>
internal sealed partial class ReceivedPictures(AssetDb db, TimeProvider time, ILogger<ReceivedPictures> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<byte[]?> FindAsync(Guid generation, CancellationToken ct) =>
        db.ReceivedPictures.Where(p => p.GenerationId == generation).Select(p => p.Bytes).SingleOrDefaultAsync(ct);

    /// <summary>Waits for the database when it is unavailable: asking the model again would take as long, and cost.</summary>
    public async Task KeepAsync(Guid generation, byte[] picture, CancellationToken ct)
    {
        var isUnavailable = false;
        while (!await TryKeepAsync(generation, picture, ct))
        {
            if (!isUnavailable)
            {
                LogHeld(generation);
                isUnavailable = true;
            }

            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>Part of the transaction that ends a generation.</summary>
    public Task ForgetAsync(Guid generation, CancellationToken ct) => db.ReceivedPictures.Where(p => p.GenerationId == generation).ExecuteDeleteAsync(ct);

    private async Task<bool> TryKeepAsync(Guid generation, byte[] picture, CancellationToken ct)
    {
        try
        {
            // Whoever ends the generation changes the row that is locked here: no picture comes after that, to stay for ever.
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO received_pictures (generation_id, bytes)
                SELECT id, {picture} FROM generations WHERE id = {generation} AND finished_at IS NULL FOR SHARE
                ON CONFLICT DO NOTHING
                """,
                ct);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException { IsTransient: true } or InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } })
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The picture of generation {Id} is held in memory until the database answers")]
    private partial void LogHeld(Guid id);
}
