using Gaia.Auth.ApiKeys;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth;

internal sealed class AuthDb(DbContextOptions<AuthDb> options) : DbContext(options)
{
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(AuthDb).Assembly);
}
