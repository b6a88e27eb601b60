using Gaia.Messaging;

namespace Gaia.Gateway.Revocations;

/// <summary>Whether this node knows every revocation: until the last proof of it, plus a bound that keeps the promise of one second.</summary>
internal sealed class RevocationStalenessGuard(Clock clock) : StalenessGuard(clock, TimeSpan.FromMilliseconds(900));
