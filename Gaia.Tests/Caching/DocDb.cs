using Gaia.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Tests.Caching;

/// <summary>A service's database: rows that are cached, and the outbox.</summary>
internal sealed class DocDb(DbContextOptions<DocDb> options) : DbContext(options)
{
    public DbSet<DocRow> Docs => Set<DocRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DocRow>().ToTable("docs");
        modelBuilder.AddCacheOutbox();
    }

    /// <summary>Changes a row and says so to the cache, as a service would.</summary>
    public async Task<long> ChangeAsync(string id, CancellationToken ct)
    {
        var row = await Docs.SingleOrDefaultAsync(doc => doc.Id == id, ct) ?? Add(new DocRow { Id = id }).Entity;
        row.Version++;
        this.Invalidate(Doc.ByRow, id, row.Version);
        this.Invalidate(Doc.ByStamp, id);
        await SaveChangesAsync(ct);
        return row.Version;
    }
}

internal sealed class DocRow
{
    public required string Id { get; init; }

    public long Version { get; set; }
}
