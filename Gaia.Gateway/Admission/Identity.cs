using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Admission;

/// <summary>A signed identity, and when to make a new one.</summary>
internal sealed record Identity(string Token, DateTimeOffset RenewAt);

/// <summary>
/// Issues the signed identity of a caller for services. One identity serves many requests, until half of its life is over: a service never gets one that is about to expire.
/// </summary>
internal sealed class IdentityTokenIssuer(InternalIdentity tokens, IOptions<IdentityOptions> options)
{
    public string Of(Caller caller, DateTimeOffset now)
    {
        if (caller.Identity is { } current && now < current.RenewAt)
        {
            return current.Token;
        }

        var expiry = now + options.Value.Lifetime;
        if (caller.Principal.ExpiresAt is { } end && end < expiry)
        {
            expiry = end;
        }

        var minted = new Identity(tokens.Mint(caller.Principal), now + ((expiry - now) / 2));
        caller.Identity = minted;
        return minted.Token;
    }
}
