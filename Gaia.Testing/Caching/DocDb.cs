using Gaia.Caching;
using Gaia.Caching.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Testing.Caching;

/// <summary>A service's database: rows that are cached, and the outbox.</summary>
internal sealed class DocDb(DbContextOptions<DocDb> options) : DbContext(options)
{
    public DbSet<DocRow> Docs => Set<DocRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DocRow>().ToTable("docs");
        modelBuilder.AddCacheOutbox();
    }

    /// <returns>The row's new version.</returns>
    public async Task<long> ChangeAsync(string id, CancellationToken ct)
    {
        var row = await Docs.SingleOrDefaultAsync(doc => doc.Id == id, ct) ?? Add(new DocRow { Id = id }).Entity;
        row.Version++;
        await SaveAsync(row, ct);
        return row.Version;
    }

    /// <summary>Saves a changed row and says so to the cache, as a service would.</summary>
    public Task SaveAsync(DocRow row, CancellationToken ct)
    {
        this.Invalidate(Doc.ByRow, row.Id, row.Version);
        this.Invalidate(Doc.ByTimestamp, row.Id);
        return SaveChangesAsync(ct);
    }
}

internal sealed class DocRow
{
    public required string Id { get; init; }

    public long Version { get; set; }
}
