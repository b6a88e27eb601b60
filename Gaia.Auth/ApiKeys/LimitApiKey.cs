using Gaia.Auth.Revocations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Gives a key a rate limit below its owner's, or takes it away. It holds at once; access tokens that the key was exchanged for end.</summary>
internal sealed partial class LimitApiKey(AuthDb db, CurrentUser caller, RevocationLog revocations, ILogger<LimitApiKey> log)
{
    public sealed record Request([KeyRateLimit] int? RateLimit = null);

    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(Guid id, Request request, LimitApiKey limit, CancellationToken ct) =>
        await limit.RunAsync(id, request.RateLimit, ct)
            ? TypedResults.NoContent()
            : TypedResults.Problem("API key not found", statusCode: StatusCodes.Status404NotFound);

    private async Task<bool> RunAsync(Guid id, int? limit, CancellationToken ct)
    {
        var isChanged = await revocations.CommitAsync(
            async () =>
            {
                if (await db.ApiKeys.Where(k => k.Id == id).ExecuteUpdateAsync(key => key.SetProperty(k => k.RateLimit, limit), ct) == 0)
                {
                    return false;
                }

                // What gateways know of the key has the limit from before.
                await revocations.RevokeAsync(id, RevocationReason.KeyChanged, ct);
                return true;
            },
            ct);
        if (isChanged)
        {
            LogLimited(id, limit, caller.Id);
        }

        return isChanged;
    }

    [LoggerMessage(LogLevel.Information, "API key {KeyId} limited to {RateLimit} requests per minute by user {UserId}")]
    private partial void LogLimited(Guid keyId, int? rateLimit, Guid? userId);
}
