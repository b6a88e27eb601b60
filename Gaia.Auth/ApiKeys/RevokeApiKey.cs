using Gaia.Auth.Revocations;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

internal sealed partial class RevokeApiKey(AuthDb db, CurrentUser caller, RevocationLog revocations, ILogger<RevokeApiKey> log)
{
    public static Task<Results<NoContent, ProblemHttpResult>> Handle(Guid id, RevokeApiKey revoke, CurrentUser caller, CancellationToken ct) =>
        revoke.RunAsync(id, caller.Id!.Value, ct);

    /// <summary>For administrators.</summary>
    public static Task<Results<NoContent, ProblemHttpResult>> HandleOfAnyOwnerAsync(Guid id, RevokeApiKey revoke, CancellationToken ct) =>
        revoke.RunAsync(id, owner: null, ct);

    /// <param name="owner">Whose it must be; null for anybody's.</param>
    private async Task<Results<NoContent, ProblemHttpResult>> RunAsync(Guid id, Guid? owner, CancellationToken ct)
    {
        var isRevoked = await revocations.CommitAsync(
            async () =>
            {
                if (await db.ApiKeys.Where(k => k.Id == id && (owner == null || k.OwnerId == owner)).ExecuteDeleteAsync(ct) == 0)
                {
                    return false;
                }

                db.Record(new KeyRevoked(id, caller.Id));
                await revocations.RevokeAsync(id, RevocationReason.KeyRevoked, ct);
                return true;
            },
            ct);
        if (!isRevoked)
        {
            return TypedResults.Problem("API key not found", statusCode: StatusCodes.Status404NotFound);
        }

        LogRevoked(id, caller.Id);
        return TypedResults.NoContent();
    }

    [LoggerMessage(LogLevel.Information, "API key {KeyId} revoked by user {UserId}")]
    private partial void LogRevoked(Guid keyId, Guid? userId);
}
