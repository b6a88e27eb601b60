using Gaia.Gateway.Services;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Revocations;

/// <summary>
/// Refreshes the revocation map from Auth, which reads Postgres: several times within the bound in the background, and at once when a request
/// must not wait for that. One request serves everyone who asks meanwhile.
/// </summary>
internal sealed class RevocationCheck(RevocationMap map, RevocationStalenessGuard guard, AuthClient auth, IOptions<RegionOptions> region)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task<bool> question = Task.FromResult(true);

    /// <summary>Whether the map is current.</summary>
    public bool IsCurrent => guard.IsTrustedNow;

    /// <summary>For how long callers are let in that may have been revoked meanwhile; zero at home, and unless <c>REGION_AUTH</c> says otherwise.</summary>
    public TimeSpan Bound { get; } = region.Value.Followed is null ? TimeSpan.Zero : region.Value.AuthBound;

    /// <summary>Makes sure that the map is current, or was so within <see cref="Bound"/>.</summary>
    /// <returns>Whether it is current.</returns>
    /// <exception cref="HttpRequestException">Nobody can say: the caller must not be let in.</exception>
    public async Task<bool> EnsureCurrentAsync()
    {
        var isCurrent = guard.IsTrustedNow || await AskAsync() || guard.IsTrustedNow;
        return isCurrent || guard.SinceConfirmation < Bound ? isCurrent : throw new HttpRequestException("Whether a credential has been revoked cannot be known.");
    }

    /// <summary>Makes sure that the map has reached a position which Auth has named already.</summary>
    /// <exception cref="HttpRequestException">It cannot.</exception>
    public async Task ReachAsync(long position)
    {
        // A question that was under way when the position was named may have been answered before it.
        for (var attempt = 0; map.Position < position; attempt++)
        {
            if (attempt == 2 || !await AskAsync())
            {
                throw new HttpRequestException("Auth does not tell the revocations that it has named.");
            }
        }
    }

    /// <returns>False when Auth did not answer.</returns>
    public Task<bool> AskAsync()
    {
        lock (gate)
        {
            return question.IsCompleted ? question = AskNowAsync() : question;
        }
    }

    private async Task<bool> AskNowAsync()
    {
        try
        {
            var askedAt = guard.Now;
            map.Apply(await auth.GetRevocationsAsync(map.Position, Deadline));
            guard.Confirm(askedAt);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
