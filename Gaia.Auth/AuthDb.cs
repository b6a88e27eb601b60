using Gaia.Auth.ApiKeys;
using Gaia.Auth.Attempts;
using Gaia.Auth.Revocations;
using Gaia.Auth.Sessions;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth;

internal sealed class AuthDb(DbContextOptions<AuthDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<User> Users => Set<User>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<KeyRequest> KeyRequests => Set<KeyRequest>();
    public DbSet<Attempt> Attempts => Set<Attempt>();
    public DbSet<FailedSignIn> FailedSignIns => Set<FailedSignIn>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<RevocationEntry> Revocations => Set<RevocationEntry>();
    public DbSet<RevocationPosition> RevocationPositions => Set<RevocationPosition>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Runs work in one transaction, from the start again when the connection fails under it.</summary>
    public Task<T> ExecuteInTransactionAsync<T>(Func<Task<T>> work, CancellationToken ct) => Database.CreateExecutionStrategy().ExecuteAsync(
        async token =>
        {
            ChangeTracker.Clear();
            await using var transaction = await Database.BeginTransactionAsync(token);
            var result = await work();
            await transaction.CommitAsync(token);
            return result;
        },
        ct);

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(AuthDb).Assembly).AddEventOutbox();
}
