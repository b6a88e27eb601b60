using Gaia.Auth.Revocations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

internal sealed partial class RevokeApiKey(AuthDb db, CurrentUser caller, RevocationLog revocations, ILogger<RevokeApiKey> log)
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(Guid id, RevokeApiKey revoke, CancellationToken ct) =>
        await revoke.RunAsync(id, ct) ? TypedResults.NoContent() : TypedResults.Problem("API key not found", statusCode: StatusCodes.Status404NotFound);

    private async Task<bool> RunAsync(Guid id, CancellationToken ct)
    {
        var isRevoked = await revocations.CommitAsync(
            async () =>
            {
                if (await db.ApiKeys.Where(k => k.Id == id && k.OwnerId == caller.Id).ExecuteDeleteAsync(ct) == 0)
                {
                    return false;
                }

                await revocations.RevokeAsync(id, RevocationReason.KeyRevoked, ct);
                return true;
            },
            ct);
        if (isRevoked)
        {
            LogRevoked(id, caller.Id);
        }

        return isRevoked;
    }

    [LoggerMessage(LogLevel.Information, "API key {KeyId} of user {UserId} revoked")]
    private partial void LogRevoked(Guid keyId, Guid? userId);
}
