using Gaia.Caching;
using Gaia.Gateway.Revocations;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Admission;

/// <summary>Tells whether a user is enabled: from memory, from Redis, or from Auth. No answer is older than the last revocation that concerns the user.</summary>
internal sealed class UserDirectory(RegionCache<Guid, PrincipalSnapshot> users, AuthClient auth, RevocationMap revocations, RevocationCheck check)
{
    private const int Attempts = 2;

    /// <exception cref="HttpRequestException">Auth would have to be asked and does not answer.</exception>
    public async ValueTask<bool> IsActiveAsync(Guid user, CancellationToken ct)
    {
        await check.EnsureCurrentAsync();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if ((await users.GetAsync(user, auth.FindUserAsync, ct)).Value is not { AsOf: var asOf })
            {
                return false;
            }

            if (asOf > revocations.Position)
            {
                await check.ReachAsync(asOf);
            }

            if (!revocations.IsOver(user, asOf))
            {
                return true;
            }

            // As for keys: other nodes apply the revocation themselves.
            _ = users.InvalidateAsync(user, ct: CancellationToken.None).AsTask();
        }

        throw new HttpRequestException("Auth's answers are older than what it has revoked.");
    }
}
